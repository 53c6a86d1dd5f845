package io.syncguard.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.AsyncHeldLock;
import io.syncguard.FenceToken;
import io.syncguard.HeldLock;
import io.syncguard.SyncGuard;
import io.syncguard.memory.TestLocks;
import io.syncguard.spring.elsewhere.InAnotherPackage;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Primary;
import org.springframework.context.annotation.Scope;

/** Uses of {@code @Locked} that cannot work are found at the start. */
class LockedMistakesTest {
    private static final AtomicInteger MADE = new AtomicInteger();

    @Configuration
    @EnableLocked
    static class Enabled {}

    static class Everything {
        Everything() {
            MADE.incrementAndGet();
        }

        @Locked("a")
        private void isPrivate() {}

        @Locked("a")
        public static void isStatic() {}

        @Locked("a")
        public final void isFinal() {}

        @Locked
        public void withoutKey() {}

        @Locked("order-#{#order.id")
        public void unclosed(Object order) {}

        @Locked("order-#{#order..id}")
        public void unparsable(Object order) {}

        @Locked("order-#{#ordr.id}")
        public void unknownParameter(Object order) {}

        @Locked("order-#{#p1}")
        public void unknownPosition(Object order) {}

        @Locked("order-#{@tenant.name}")
        public void unknownBean() {}

        @Locked("order-${order.room}")
        public void unknownPlaceholder() {}

        @Locked(key = "a", ttl = "half an hour")
        public void badTtl() {}

        @Locked(key = "a", ttl = "0s")
        public void zeroTtl() {}

        @Locked(key = "a", waitFor = "-1s")
        public void badWait() {}

        @Locked(key = "a", ttl = "10s", minHold = "1m")
        public void longHold() {}

        @Locked(key = "a", waitFor = "1s")
        @Locked(key = "b", waitFor = "2s")
        public void severalWaits() {}

        @Locked(key = "a", name = "no name")
        public void badName() {}

        @Locked("a")
        public Future<String> future() {
            return new CompletableFuture<>();
        }

        @Locked("a")
        public void twoTokens(FenceToken one, FenceToken two) {}

        @Locked("a")
        public void wrongView(AsyncHeldLock lock) {}

        @Locked("a")
        public CompletableFuture<String> wrongViewOfFuture(HeldLock lock) {
            return new CompletableFuture<>();
        }

        @Locked(key = "a", skipped = "1")
        public int neverSkipped() {
            return 0;
        }

        @Locked(key = "a", ifLocked = IfLocked.SKIP, skipped = "busy")
        public int noNumber() {
            return 0;
        }

        @Locked(key = "a", ifLocked = IfLocked.SKIP, skipped = "#{null}")
        public long nullNumber() {
            return 0;
        }

        @Locked(key = "a", ifLocked = IfLocked.SKIP, skipped = "#{{1, 2}.size() > 1 ? 'a' : 'b'}")
        public CompletableFuture<Duration> noDuration() {
            return new CompletableFuture<>();
        }

        @Locked(key = "a", ifLocked = IfLocked.SKIP, skipped = "1")
        public void noResult() {}

        @Locked(key = "fine-#{#a.length() + #p0 + #root.args.length}", ttl = "${a:1m}", minHold = "PT1M")
        public void fine(String a) {}
    }

    static final class Unextendable {
        @Locked("a")
        public void locked() {}
    }

    private static List<String> mistakes(Application application) {
        return catchThrowableOfType(LockedMistakesException.class, application::start)
                .mistakes();
    }

    @Test
    @DisplayName("all mistakes are listed with class, method and what to do, before any bean is made")
    void all() {
        List<String> mistakes = mistakes(Application.of(Enabled.class, Everything.class, Unextendable.class));

        assertThat(MADE).hasValue(0);
        Map<String, String> expected = Map.ofEntries(
                Map.entry("isPrivate()", "it is private"),
                Map.entry("isStatic()", "it is static"),
                Map.entry("isFinal()", "it is final"),
                Map.entry("withoutKey()", "it has no key"),
                Map.entry("unclosed(Object)", "no valid expression"),
                Map.entry("unparsable(Object)", "no valid expression"),
                Map.entry("unknownParameter(Object)", "#ordr is no parameter; there are order, p0, a0"),
                Map.entry("unknownPosition(Object)", "#p1 is no parameter"),
                Map.entry("unknownBean()", "there is no bean named tenant"),
                Map.entry("unknownPlaceholder()", "\"order-${order.room}\" has a placeholder without a value"),
                Map.entry("badTtl()", "the ttl \"half an hour\" is no duration"),
                Map.entry("zeroTtl()", "the ttl \"0s\" is out of range"),
                Map.entry("badWait()", "the waitFor \"-1s\" is out of range"),
                Map.entry("longHold()", "minHold \"1m\" is longer than the ttl \"10s\""),
                Map.entry("severalWaits()", "set different waitFor"),
                Map.entry("badName()", "the name \"no name\" cannot be used"),
                Map.entry("future()", "it returns a Future"),
                Map.entry("twoTokens(FenceToken, FenceToken)", "1 lock and 2 parameters of the type FenceToken"),
                Map.entry("wrongView(AsyncHeldLock)", "receives HeldLock"),
                Map.entry("wrongViewOfFuture(HeldLock)", "receives AsyncHeldLock"),
                Map.entry("neverSkipped()", "add ifLocked = IfLocked.SKIP"),
                Map.entry("noNumber()", "\"busy\""),
                Map.entry("nullNumber()", "is null, which is no long"),
                Map.entry("noDuration()", "cannot be had as java.time.Duration"),
                Map.entry("noResult()", "skipped has no use"));
        assertThat(mistakes).hasSize(expected.size() + 1);
        expected.forEach((method, mistake) -> assertThat(mistakes).as(method).anySatisfy(found -> assertThat(found)
                .startsWith("io.syncguard.spring.LockedMistakesTest$Everything." + method + ": ")
                .contains(mistake)));
        assertThat(mistakes).anySatisfy(found -> assertThat(found).contains("Unextendable: ", "is final"));
    }

    interface Shown {
        void shown();
    }

    static class Hidden implements Shown {
        @Override
        public void shown() {}

        @Locked("a")
        public void hidden() {}
    }

    static class Early {
        @Locked("a")
        public void locked() {}
    }

    @Configuration
    static class EarlyBeans {
        @Bean
        static Early early() {
            return new Early();
        }

        @Bean
        static BeanFactoryPostProcessor needsIt(Early early) {
            return beans -> {};
        }
    }

    static class Inherits extends InAnotherPackage {
        @Locked("a")
        void ofThisPackage() {}
    }

    static class BadDefaults {
        @Locked(key = "a", minHold = "50s")
        public void held() {}
    }

    static class FinalThroughInterface implements Shown {
        @Override
        @Locked("a")
        public final void shown() {}
    }

    @Test
    @DisplayName("beans that no proxy locks are found when all are there")
    void unproxied() {
        List<String> mistakes = mistakes(Application.of(
                Enabled.class,
                Hidden.class,
                Inherits.class,
                EarlyBeans.class,
                BadDefaults.class,
                FinalThroughInterface.class));

        assertThat(mistakes)
                .satisfiesExactlyInAnyOrder(
                        hidden -> assertThat(hidden).contains("Hidden.hidden()", "no interface of its bean has it"),
                        inherited ->
                                assertThat(inherited).contains("Inherits.packagePrivate()", "it is package-private"),
                        early -> assertThat(early).contains("Early", "no proxy that locks"),
                        held -> assertThat(held).contains("BadDefaults.held()", "longer than the default ttl, PT30S"));
    }

    @Configuration
    @EnableLocked(proxyTargetClass = true)
    static class Subclasses {}

    @Test
    @DisplayName("a final method of an interface can be locked by a proxy with interfaces, and not by a subclass")
    void finalMethod() {
        assertThat(mistakes(Application.of(Subclasses.class, FinalThroughInterface.class)))
                .singleElement()
                .asString()
                .contains("FinalThroughInterface.shown()", "it is final, and the proxy is a subclass");
    }

    static class Callbacks implements InitializingBean, DisposableBean {
        @Override
        @Locked("a")
        public void afterPropertiesSet() {}

        @Override
        @Locked("a")
        public void destroy() {}

        @Locked("a")
        public void opened() {}

        @Locked("a")
        public void closed() {}

        /** A destroy method that is inferred, which somebody may call through the proxy. */
        @Locked("a")
        public void close() {}

        @Locked("a")
        public void opened(int times) {}
    }

    @Configuration
    @EnableLocked
    static class CallbackBeans {
        @Bean(initMethod = "opened", destroyMethod = "closed")
        Callbacks callbacks() {
            return new Callbacks();
        }

        @Bean
        Inferred inferred() {
            return new Inferred();
        }
    }

    static class Inferred {
        @Locked("a")
        public void close() {}

        @Locked("a")
        public void destroy() {}
    }

    @Test
    @DisplayName("a method that Spring calls past the proxy when a bean is made or destroyed is a mistake")
    void callbacks() {
        assertThat(mistakes(Application.of(CallbackBeans.class)))
                .extracting(mistake -> mistake.replaceAll(".*\\$|, which Spring calls without the proxy.*", ""))
                .containsExactlyInAnyOrder(
                        "Callbacks.afterPropertiesSet(): it is afterPropertiesSet of an InitializingBean",
                        "Callbacks.destroy(): it is destroy of a DisposableBean",
                        "Callbacks.opened(): it is the initMethod of the bean callbacks",
                        "Callbacks.closed(): it is the destroyMethod of the bean callbacks");
    }

    interface Red {
        @Locked("red")
        void contradicted();

        @Locked("red")
        void decided();

        @Locked("same")
        void same();
    }

    interface Blue {
        @Locked("blue")
        void contradicted();

        @Locked("blue")
        void decided();

        @Locked("same")
        void same();
    }

    interface DarkRed extends Red {
        @Override
        @Locked("dark red")
        void contradicted();
    }

    static class RedAndBlue implements Red, Blue {
        @Override
        public void contradicted() {}

        @Override
        @Locked("own")
        public void decided() {}

        @Override
        public void same() {}
    }

    static class OnlyDarkRed implements DarkRed, Red {
        @Override
        public void contradicted() {}

        @Override
        public void decided() {}

        @Override
        public void same() {}
    }

    @Test
    @DisplayName("two interfaces that annotate a method differently are a mistake, unless its class decides")
    void contradicted() {
        assertThat(mistakes(Application.of(Enabled.class, RedAndBlue.class, OnlyDarkRed.class)))
                .singleElement()
                .asString()
                .contains("RedAndBlue.contradicted(): the interfaces", "$Red and ", "$Blue annotate it differently");
    }

    static class Lazily {
        private final AtomicInteger ledger = new AtomicInteger();

        @Locked("a")
        public Supplier<Integer> supplier() {
            return () -> ledger.incrementAndGet();
        }

        @Locked("a")
        public Callable<Integer> reference() {
            return ledger::incrementAndGet;
        }

        @Locked("a-#{#p1}")
        public Stream<String> stream(Stream<String> numbers, int id) {
            return numbers.filter(number -> number.length() == id).map(String::strip);
        }

        @Locked("a")
        public Iterator<Integer> iterator() {
            return Stream.generate(ledger::incrementAndGet).limit(3).iterator();
        }

        @Locked("a")
        public Supplier<Integer> computed() {
            int value = ledger.incrementAndGet();
            return () -> value;
        }

        @Locked("a")
        public Supplier<Integer> counted() {
            ledger.incrementAndGet();
            return () -> 1;
        }

        @Locked("a")
        public Stream<String> ofList(List<String> perhapsCopiedByThis) {
            return perhapsCopiedByThis.stream().map(String::strip);
        }

        @Locked("a")
        public List<String> list(Stream<String> numbers) {
            return numbers.map(String::strip).toList();
        }

        @Locked("a")
        public Supplier<FenceToken> token(FenceToken fence) {
            return () -> fence;
        }

        @Locked(key = "a", minHold = "1s")
        public Runnable onceASecond() {
            return () -> {};
        }

        @Locked("a")
        public Supplier<Integer> conditional(boolean counting) {
            return counting ? () -> 1 : null;
        }

        @Locked("a")
        public Object nothing() {
            return null;
        }
    }

    @Test
    @DisplayName("a method that does nothing but make a lazy result is a mistake, and one that may do more is not")
    void lazily() {
        assertThat(mistakes(Application.of(Enabled.class, Lazily.class)))
                .extracting(mistake -> mistake.replaceAll(".*\\$|, whose work begins.*", ""))
                .containsExactlyInAnyOrder(
                        "Lazily.supplier(): nothing is done in it but to make the Supplier",
                        "Lazily.reference(): nothing is done in it but to make the Callable",
                        "Lazily.stream(Stream, int): nothing is done in it but to make the Stream",
                        "Lazily.iterator(): nothing is done in it but to make the Iterator");
    }

    static class OneLock {
        @Locked("a")
        public boolean isLocked(SyncGuard guard) {
            return guard.isLocked("a");
        }
    }

    static class NamedLock {
        @Locked(key = "a", guard = "other")
        public boolean locked() {
            return true;
        }

        @Locked(key = "a", guard = "enabled")
        public void wrong() {}
    }

    @Configuration
    static class TwoGuards {
        @Bean
        SyncGuard first() {
            return TestLocks.create().guard();
        }

        @Bean
        SyncGuard second() {
            return TestLocks.create().guard();
        }
    }

    private static List<String> mistakesOf(Class<?>... beans) {
        return catchThrowableOfType(LockedMistakesException.class, () -> new AnnotationConfigApplicationContext(beans))
                .mistakes();
    }

    @Test
    @DisplayName("a guard that is missing, or one of several that nobody chose, is a mistake")
    void guards() {
        assertThat(mistakesOf(Enabled.class, OneLock.class))
                .singleElement()
                .asString()
                .contains("there is no SyncGuard bean");
        assertThat(mistakesOf(Enabled.class, OneLock.class, TwoGuards.class))
                .singleElement()
                .asString()
                .contains("several SyncGuard beans, first, second");
        assertThat(mistakesOf(Enabled.class, NamedLock.class, TwoGuards.class))
                .hasSize(2)
                .anySatisfy(mistake -> assertThat(mistake).contains("guard = \"other\" is no SyncGuard bean"))
                .anySatisfy(mistake -> assertThat(mistake).contains("guard = \"enabled\" is no SyncGuard bean"));
    }

    @Configuration
    static class OneCandidate {
        @Bean
        SyncGuard first() {
            return TestLocks.create().guard();
        }

        @Bean(autowireCandidate = false)
        SyncGuard second() {
            return TestLocks.create().guard();
        }

        @Bean
        @Fallback
        SyncGuard third() {
            return TestLocks.create().guard();
        }
    }

    @Test
    @DisplayName("a guard that is no candidate for injection, or a fallback, leaves the choice clear")
    void oneCandidate() {
        try (AnnotationConfigApplicationContext context =
                new AnnotationConfigApplicationContext(Enabled.class, OneLock.class, OneCandidate.class)) {
            assertThat(context.getBean(OneLock.class).isLocked(context.getBean("first", SyncGuard.class)))
                    .isTrue();
        }
    }

    @Configuration
    @EnableLocked
    static class ChosenGuards {
        @Bean
        TestLocks firstLocks() {
            return TestLocks.create();
        }

        @Bean
        @Primary
        SyncGuard first() {
            return firstLocks().guard();
        }

        @Bean
        TestLocks secondLocks() {
            return TestLocks.create();
        }

        @Bean
        SyncGuard second() {
            return secondLocks().guard();
        }

        @Bean
        Chosen chosen() {
            return new Chosen();
        }
    }

    static class Chosen {
        @Locked("a")
        public void primary(Runnable inside) {
            inside.run();
        }

        @Locked(key = "a", guard = "${the.guard:second}")
        public void second(Runnable inside) {
            inside.run();
        }

        @Locked(key = "a", guard = "second")
        @Locked("a")
        public void both(Runnable inside) {
            inside.run();
        }
    }

    @Test
    @DisplayName("of several guards a method uses the primary one, or the one it names")
    void chosenGuard() {
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(ChosenGuards.class)) {
            Chosen chosen = context.getBean(Chosen.class);
            SyncGuard first = context.getBean("first", SyncGuard.class);
            SyncGuard second = context.getBean("second", SyncGuard.class);

            chosen.primary(() ->
                    assertThat(first.isLocked("a") && !second.isLocked("a")).isTrue());
            chosen.second(() ->
                    assertThat(!first.isLocked("a") && second.isLocked("a")).isTrue());
            chosen.both(() ->
                    assertThat(first.isLocked("a") && second.isLocked("a")).isTrue());
        }
    }

    static class Late {
        @Locked("#{#nothing}")
        public void call() {}
    }

    @Configuration
    @EnableLocked
    static class LateBeans {
        @Bean
        @Lazy
        Object lazy() {
            return new Late();
        }

        @Bean
        @Scope("prototype")
        Object prototype() {
            return new Late();
        }
    }

    @Test
    @DisplayName("a bean whose class nobody knew at the start fails at its first call")
    void late() {
        try (Application application = Application.started(LateBeans.class)) {
            Late late = (Late) application.context().getBean("prototype");

            assertThatThrownBy(late::call)
                    .isInstanceOf(LockedMistakesException.class)
                    .hasMessageContaining("Late.call(): the key \"#{#nothing}\": #nothing is no parameter");
            assertThat(application.holds()).isEmpty();
        }
    }

    @Test
    @DisplayName("an application without locked methods needs no guard")
    void unused() {
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Enabled.class)) {
            assertThat(context.isActive()).isTrue();
        }
    }
}

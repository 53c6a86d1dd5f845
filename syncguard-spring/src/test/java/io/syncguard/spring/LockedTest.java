package io.syncguard.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.AcquisitionTimeoutException;
import io.syncguard.FenceToken;
import io.syncguard.HeldLock;
import io.syncguard.InvalidArgumentException;
import io.syncguard.LockHandle;
import io.syncguard.LockLostException;
import io.syncguard.LossPolicy;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.support.AopUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.AliasFor;
import reactor.core.publisher.Mono;

/** What {@code @Locked} does to methods that block. */
class LockedTest {
    private static final AtomicBoolean RAN = new AtomicBoolean();
    private static final CountDownLatch ENTERED = new CountDownLatch(1);

    private static Application application;
    private static Orders orders;

    record Order(@Nullable String id) {}

    static final class WithoutText {}

    /** Named as a bean. */
    public static final class Tenants {
        public String current() {
            return "acme";
        }
    }

    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @Locked(key = "unused", waitFor = "0s")
    @interface LockedAccount {
        @AliasFor(annotation = Locked.class, attribute = "key")
        String value();

        @AliasFor(annotation = Locked.class, attribute = "ttl")
        String ttl() default "90s";
    }

    interface Reports {
        @Locked("reports")
        String write();
    }

    static class YearlyReports implements Reports {
        @Override
        public String write() {
            return application.isLocked("reports") ? "locked" : "free";
        }
    }

    static class Base {
        @Locked("of-the-base")
        public boolean inherited() {
            return application.isLocked("of-the-base");
        }

        @Locked("of-the-base")
        public boolean overridden() {
            return false;
        }
    }

    static class Orders extends Base {

        @Locked("order-#{#order.id}")
        public boolean byName(Order order) {
            return application.isLocked("order-" + order.id());
        }

        @Locked("#{#p0.id}/#{#a1}/#{@tenants.current()}/#{#root.target.region()}/#{#root.method.name}")
        public boolean byEverything(Order order, int number) {
            return application.isLocked(order.id() + "/" + number + "/acme/north/byEverything");
        }

        public String region() {
            return "north";
        }

        @Locked("#{#order}")
        public boolean byObject(Object order) {
            RAN.set(true);
            return application.isLocked(String.valueOf(order));
        }

        @Locked(key = "${room:}-#{#number}", ttl = "${room.ttl}", waitFor = "${room.wait:0s}", name = "rooms.${room}")
        public Duration byPlaceholder(int number, LockHandle lock) {
            assertThat(application.isLocked("blue-" + number)).isTrue();
            assertThat(lock.name()).contains("rooms.blue");
            return lock.remaining();
        }

        @Locked("plain")
        public LockHandle plain(LockHandle lock) throws InterruptedException {
            RAN.set(true);
            return lock;
        }

        @Locked("plain")
        public Object undeclared(Object result) {
            return result;
        }

        @Locked("plain")
        public void fails(Exception failure) throws Exception {
            throw failure;
        }

        @Locked(key = "fenced", ttl = "PT2M", heartbeat = false)
        public List<Object> fenced(String text, @Nullable FenceToken fence, @Nullable HeldLock lock) {
            return List.of(text, fence, lock.fence(), lock.remaining());
        }

        @LockedAccount("account-#{#number}")
        public Duration composed(int number, LockHandle lock) {
            assertThat(application.isLocked("account-" + number)).isTrue();
            return lock.remaining();
        }

        @Override
        @Locked("of-the-subclass")
        public boolean overridden() {
            return application.isLocked("of-the-subclass") && !application.isLocked("of-the-base");
        }

        @Locked(key = "held", minHold = "20s")
        public void held() {}

        @Locked(key = "slow", ttl = "3s")
        public boolean slow(LockHandle lock) {
            application.locks().advance(Duration.ofSeconds(30), Duration.ofMillis(500));
            return lock.isHeld();
        }

        @Locked(key = "fleeting", ttl = "3s", heartbeat = false)
        public void fleeting() {
            application.locks().advance(Duration.ofSeconds(30));
        }

        @Locked(key = "kept", ttl = "3s", heartbeat = false, lossPolicy = LossPolicy.KEEP_RESULT)
        public String kept() {
            application.locks().advance(Duration.ofSeconds(30));
            return "kept";
        }

        @Locked(key = "interrupted", ttl = "3s", lossPolicy = LossPolicy.INTERRUPT)
        public void interrupted() throws InterruptedException {
            application.locks().loseLock("interrupted");
            ENTERED.countDown();
            TimeUnit.MINUTES.sleep(1);
        }

        @Locked(key = "busy", ifLocked = IfLocked.SKIP)
        public void skips() {
            RAN.set(true);
        }

        @Locked(key = "busy", ifLocked = IfLocked.SKIP)
        public int skipsNumber() {
            return 1;
        }

        @Locked(key = "busy", ifLocked = IfLocked.SKIP)
        public boolean skipsBoolean() {
            return true;
        }

        @Locked(key = "busy", ifLocked = IfLocked.SKIP)
        public char skipsCharacter() {
            return 'a';
        }

        @Locked(key = "busy", ifLocked = IfLocked.SKIP)
        public Integer skipsBoxed() {
            return 1;
        }

        @Locked(key = "busy", ifLocked = IfLocked.SKIP)
        public Optional<String> skipsOptional() {
            return Optional.of("ran");
        }

        @Locked(key = "busy", ifLocked = IfLocked.SKIP)
        public OptionalInt skipsOptionalInt() {
            return OptionalInt.of(1);
        }

        @Locked(key = "busy", ifLocked = IfLocked.SKIP)
        public Set<String> skipsSet() {
            return Set.of("ran");
        }

        @Locked(key = "busy", ifLocked = IfLocked.SKIP)
        public @Nullable String skipsText() {
            return null;
        }

        @Locked(key = "busy", ifLocked = IfLocked.SKIP, skipped = "-1")
        public int skipsWithNumber() {
            return 1;
        }

        @Locked(key = "busy", ifLocked = IfLocked.SKIP, skipped = "#{#order.id}")
        public Optional<String> skipsWithArgument(Order order) {
            return Optional.empty();
        }

        @Locked(key = "busy", ifLocked = IfLocked.SKIP, skipped = "busy: #{#order.id}")
        public String skipsWithText(Order order) {
            return "ran";
        }

        @Locked(key = "busy", ifLocked = IfLocked.SKIP, skipped = "#{#text}")
        public int skipsWithNoNumber(String text) {
            return 1;
        }

        @Locked(key = "busy", ifLocked = IfLocked.SKIP, waitFor = "20s")
        public boolean skipsLater() {
            return true;
        }

        @Locked(key = "busy", ifLocked = IfLocked.SKIP, waitFor = "1ms")
        public boolean skipsSoon() {
            return true;
        }

        @Locked(key = "busy", ifLocked = IfLocked.SKIP)
        public String busyInside() {
            throw io.syncguard.LockException.failed(
                    io.syncguard.LockErrorCode.ACQUISITION_TIMEOUT,
                    io.syncguard.LockOperation.ACQUIRE,
                    null,
                    "another lock",
                    null);
        }

        @Locked(key = "busy", ifLocked = IfLocked.SKIP, waitFor = "1ms")
        public String busyInsideOfWait() {
            return busyInside();
        }

        @Locked(key = "busy", waitFor = "0s")
        public void failsIfBusy() {
            RAN.set(true);
        }

        @Locked(key = "busy", waitFor = "20s")
        public boolean waits() {
            return true;
        }
    }

    @Configuration
    @EnableLocked(proxyTargetClass = false)
    static class Beans {
        @Bean
        Orders orders() {
            return new Orders();
        }

        @Bean
        Tenants tenants() {
            return new Tenants();
        }

        @Bean
        Reports reports() {
            return new YearlyReports();
        }
    }

    @BeforeAll
    static void start() {
        application = Application.of(Beans.class)
                .with(Map.of("room", "blue", "room.ttl", "70s"))
                .start();
        orders = application.get(Orders.class);
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    @BeforeEach
    void forget() {
        RAN.set(false);
    }

    /** Returns what a call answers while another process has a lock. */
    private static <T> T whileBusy(Callable<T> call) throws Exception {
        return application.elsewhere().call("busy", lock -> call.call());
    }

    @Test
    @DisplayName("the key is made of arguments, by name and by position, of beans, and of what is called")
    void keys() {
        assertThat(orders.byName(new Order("7"))).isTrue();
        assertThat(application.isLocked("order-7")).isFalse();
        assertThat(orders.byEverything(new Order("7"), 2)).isTrue();
    }

    @Test
    @DisplayName("the lock is released when the method throws, whose exception arrives as it is")
    void failure() {
        Exception failure = new IOException("on purpose");

        assertThatThrownBy(() -> orders.fails(failure)).isSameAs(failure);
        assertThat(failure.getSuppressed()).isEmpty();
        assertThat(application.isLocked("plain")).isFalse();
        assertThat(application.holds()).contains("acquired plain", "released plain");
    }

    @Test
    @DisplayName(
            "a future or a publisher that the method does not declare is refused: its work would go on without the lock")
    void undeclared() {
        assertThat(orders.undeclared("done")).isEqualTo("done");
        assertThatThrownBy(() -> orders.undeclared(Mono.just("later")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Orders.undeclared(Object)")
                .hasMessageContaining("declare that type");
        assertThatThrownBy(() -> orders.undeclared(new CompletableFuture<>()))
                .hasMessageContaining("CompletableFuture");
        assertThat(application.isLocked("plain")).isFalse();
    }

    @Test
    @DisplayName("a key without a value is refused with the method and the expression, and the method does not run")
    void withoutValue() {
        assertThatThrownBy(() -> orders.byName(new Order(null)))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("order-#{#order.id}")
                .hasMessageContaining("LockedTest$Orders.byName(Order)")
                .hasMessageContaining("null");
        assertThatThrownBy(() -> orders.byName(null))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("byName")
                .hasRootCauseInstanceOf(org.springframework.expression.EvaluationException.class);
        assertThatThrownBy(() -> orders.byObject(""))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("is empty")
                .hasMessageContaining("byObject");
        assertThatThrownBy(() -> orders.byObject(Optional.empty())).hasMessageContaining("which is null");
        assertThat(RAN).isFalse();
    }

    private record Account(int number) {}

    @Test
    @DisplayName("a key has the text of a date or a record, which no converter knows")
    void ownText() {
        assertThat(orders.byObject(LocalDate.of(2026, 1, 31))).isTrue();
        assertThat(orders.byObject(new Account(7))).isTrue();
    }

    @Test
    @DisplayName("a key of an object without a text of its own is refused: every object would have another lock")
    void withoutText() {
        assertThatThrownBy(() -> orders.byObject(new WithoutText()))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("WithoutText has no text that says which one it is");
        assertThatThrownBy(() -> orders.byObject(new String[] {"a"})).hasMessageContaining("String[] has no text");
        assertThatThrownBy(() -> orders.byObject(Map.of("a", 1))).hasMessageContaining("has no text");
        assertThat(RAN).isFalse();

        orders.byObject(List.of("a", 1));
        orders.byObject(42L);

        assertThat(application.holds()).contains("acquired a,1", "acquired 42");
    }

    @Test
    @DisplayName("placeholders are resolved in each attribute")
    void placeholders() {
        assertThat(orders.byPlaceholder(3, null)).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(70));

        application.elsewhere().run("blue-3", () -> assertThatThrownBy(() -> orders.byPlaceholder(3, null))
                .isInstanceOf(AcquisitionTimeoutException.class)
                .hasMessageContaining("rooms.blue"));
    }

    @Test
    @DisplayName("a lock is named for its class and method")
    void name() throws InterruptedException {
        LockHandle lock = orders.plain(null);

        assertThat(lock.name()).contains("Orders.plain");
        assertThat(lock.isHeld()).isFalse();
    }

    @Test
    @DisplayName("a parameter receives the lock or its fencing token, whatever the caller passes")
    void fence() {
        List<Object> first = orders.fenced("a", null, null);
        List<Object> second = orders.fenced("b", (FenceToken) first.get(1), null);

        assertThat(first.get(0)).isEqualTo("a");
        assertThat(first.get(1)).isEqualTo(first.get(2));
        assertThat((Duration) first.get(3)).isBetween(Duration.ofSeconds(100), Duration.ofMinutes(2));
        assertThat((FenceToken) second.get(1)).isEqualTo(second.get(2)).isGreaterThan((FenceToken) first.get(1));
    }

    @Test
    @DisplayName("an annotation of the application's own has attributes of @Locked, and defaults of its own")
    void composed() {
        assertThat(orders.composed(8, null)).isBetween(Duration.ofSeconds(70), Duration.ofSeconds(90));

        application.elsewhere().run("account-8", () -> assertThatThrownBy(() -> orders.composed(8, null))
                .isInstanceOf(AcquisitionTimeoutException.class));
    }

    @Test
    @DisplayName("the annotation of an interface's method counts, through a proxy with interfaces")
    void interfaces() {
        Reports reports = application.get(Reports.class);

        assertThat(AopUtils.isJdkDynamicProxy(reports)).isTrue();
        assertThat(reports.write()).isEqualTo("locked");
    }

    @Test
    @DisplayName("the annotation of a superclass counts, unless the class has one of its own")
    void inheritance() {
        assertThat(orders.inherited()).isTrue();
        assertThat(orders.overridden()).isTrue();
    }

    @Test
    @DisplayName("the key stays locked for the minimum hold")
    void minimumHold() {
        orders.held();

        assertThat(application.isLocked("held")).isTrue();
        application.locks().advance(Duration.ofSeconds(21));
        assertThat(application.isLocked("held")).isFalse();
    }

    @Test
    @DisplayName("a heartbeat keeps the lock for as long as the method works")
    void heartbeat() {
        assertThat(orders.slow(null)).isTrue();
    }

    @Test
    @DisplayName("without a heartbeat the lock is lost if the work outlasts the ttl, and the caller learns of it")
    void lost() {
        assertThatThrownBy(orders::fleeting).isInstanceOf(LockLostException.class);
    }

    @Test
    @DisplayName("a result may be kept although the lock was lost")
    void kept() {
        assertThat(orders.kept()).isEqualTo("kept");
    }

    @Test
    @DisplayName("the work may be interrupted when the lock is lost")
    void interrupted() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<?> call = other.submit(() -> {
                orders.interrupted();
                return null;
            });
            Await.on(ENTERED);
            application.locks().advance(Duration.ofMillis(1_100));

            assertThatThrownBy(() -> call.get(20, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(LockLostException.class)
                    .hasCauseInstanceOf(InterruptedException.class);
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    @DisplayName("a call that is skipped answers with what stands for no result")
    void skipped() throws Exception {
        whileBusy(() -> {
            orders.skips();
            assertThat(orders.skipsNumber()).isZero();
            assertThat(orders.skipsBoolean()).isFalse();
            assertThat(orders.skipsCharacter()).isEqualTo('\0');
            assertThat(orders.skipsBoxed()).isNull();
            assertThat(orders.skipsOptional()).isEmpty();
            assertThat(orders.skipsOptionalInt()).isEmpty();
            assertThat(orders.skipsSet()).isEmpty();
            assertThat(orders.skipsText()).isNull();
            return null;
        });
        assertThat(RAN).isFalse();

        orders.skips();
        assertThat(RAN).isTrue();
        assertThat(orders.skipsNumber()).isOne();
        assertThat(orders.skipsText())
                .as("work that returns null was not skipped")
                .isNull();
    }

    @Test
    @DisplayName("a call that is skipped answers with what the annotation says, in the type of the method")
    void skippedResult() throws Exception {
        whileBusy(() -> {
            assertThat(orders.skipsWithNumber()).isEqualTo(-1);
            assertThat(orders.skipsWithArgument(new Order("7"))).contains("7");
            assertThat(orders.skipsWithArgument(new Order(null))).isEmpty();
            assertThat(orders.skipsWithText(new Order("7"))).isEqualTo("busy: 7");
            assertThat(orders.skipsWithNoNumber("12")).isEqualTo(12);
            assertThatThrownBy(() -> orders.skipsWithNoNumber("twelve"))
                    .isInstanceOf(InvalidArgumentException.class)
                    .hasMessageContaining("skipsWithNoNumber(String)")
                    .hasMessageContaining("#{#text}");
            assertThatThrownBy(() -> orders.skipsWithNoNumber(null)).hasMessageContaining("is null, which is no int");
            return null;
        });
    }

    @Test
    @DisplayName("a busy lock inside the method is no reason to skip it")
    void busyInside() {
        assertThatThrownBy(orders::busyInside).isInstanceOf(AcquisitionTimeoutException.class);
        assertThatThrownBy(orders::busyInsideOfWait).isInstanceOf(AcquisitionTimeoutException.class);
    }

    @Test
    @DisplayName("a busy lock fails the call when the wait is over, and the method does not run")
    void busy() throws Exception {
        whileBusy(() -> {
            assertThatThrownBy(orders::failsIfBusy)
                    .isInstanceOf(AcquisitionTimeoutException.class)
                    .hasMessageContaining("Orders.failsIfBusy");
            assertThat(orders.skipsSoon()).isFalse();
            return null;
        });
        assertThat(RAN).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("a call waits for a lock that becomes free, also one that would be skipped")
    void waits(boolean skippable) throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<Boolean> call;
            try (HeldLock lock = application.elsewhere().acquire("busy")) {
                assertThat(lock.isHeld()).isTrue();
                call = other.submit(() -> skippable ? orders.skipsLater() : orders.waits());
                assertThatThrownBy(() -> call.get(50, TimeUnit.MILLISECONDS))
                        .isInstanceOf(java.util.concurrent.TimeoutException.class);
            }
            assertThat(call.get(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            other.shutdownNow();
        }
    }
}

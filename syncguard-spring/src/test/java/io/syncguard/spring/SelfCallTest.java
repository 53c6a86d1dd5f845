package io.syncguard.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Calls of a locked method on the same object are seen at the start. */
class SelfCallTest {
    static class Base {
        void fromBase() {
            toOverride();
        }

        void toOverride() {}

        @Locked("a")
        String ofBase(long number, String text) {
            return text;
        }

        @Locked("a")
        String text(String text) {
            return text;
        }
    }

    static class Caller extends Base {
        Caller self = this;

        @Locked("a")
        int locked(double a, String text, long b) {
            return 0;
        }

        @Override
        @Locked("a")
        void toOverride() {
            super.toOverride();
        }

        int plainly() {
            return locked(1, "a", 2);
        }

        int inExpression(long a, boolean b) {
            return (b ? 1 : 2) * (int) (a << 3) + locked(b ? a : -a, b ? "a" + a : null, (long) (a * 2.0)) % 7;
        }

        Supplier<Integer> inLambda() {
            return () -> locked(1, "a", 2);
        }

        Supplier<String> byReference() {
            return new Object[1].length == 1 ? this::reference : null;
        }

        @Locked("a")
        String reference() {
            return "";
        }

        String ofBaseHere(long[] numbers, int i) {
            for (int j = 0; j < i; j++) {
                numbers[j]++;
            }
            try {
                return ofBase(numbers[i]++, new StringBuilder().append(i).toString());
            } finally {
                numbers[0] = 1;
            }
        }

        int inSwitch(String text) {
            return switch (text) {
                case "a" -> 1;
                case "b" -> locked(1, text, 1);
                default -> throw new IllegalArgumentException(text);
            };
        }

        private static int onAnother(Caller other) {
            return other.locked(1, "a", 2);
        }

        int onProxy() {
            return self.locked(1, "a", 2);
        }

        int onParameter(Caller other, long number) {
            int sum = other.locked(number, "a", 2) + onAnother(other);
            this.self = other;
            return this.self.locked(1, this.toString(), hashCode()) + sum;
        }

        Supplier<String> referenceToAnother(Caller other) {
            return other::reference;
        }

        int unlocked(double a, String text) {
            return 1;
        }

        String otherOfSuper() {
            return super.ofBase(1, "a");
        }

        Supplier<String> ofSuperInLambda() {
            return () -> super.ofBase(1, "a");
        }

        Supplier<String> referenceToSuper(String text) {
            Function<String, String> later = super::text;
            return () -> later.apply(text);
        }

        @Override
        @Locked("a")
        String text(String text) {
            return super.text(text);
        }

        void overriddenWithoutLock() {
            super.toOverride();
        }

        int callsUnlocked() {
            return unlocked(1, "a");
        }
    }

    private static Set<String> callers() {
        Set<Method> locked = new LinkedHashSet<>();
        for (Class<?> type : List.of(Caller.class, Base.class)) {
            Arrays.stream(type.getDeclaredMethods())
                    .filter(method -> method.isAnnotationPresent(Locked.class))
                    .forEach(locked::add);
        }
        return SelfCall.in(Caller.class, locked).stream()
                .map(call -> call.caller().replaceAll(".*\\$", "") + " -> "
                        + call.callee().replaceAll(".*\\$", ""))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    @Test
    @DisplayName(
            "calls on this and of super are seen wherever they stand, and calls on other objects and of an overridden method are not")
    void seen() {
        assertThat(callers())
                .containsExactlyInAnyOrder(
                        "Caller.plainly -> Caller.locked(double, String, long)",
                        "Caller.inExpression -> Caller.locked(double, String, long)",
                        "Caller.inLambda -> Caller.locked(double, String, long)",
                        "Caller.byReference -> Caller.reference()",
                        "Caller.ofBaseHere -> Caller.ofBase(long, String)",
                        "Caller.inSwitch -> Caller.locked(double, String, long)",
                        "Caller.otherOfSuper -> Base.ofBase(long, String)",
                        "Caller.ofSuperInLambda -> Base.ofBase(long, String)",
                        "Caller.referenceToSuper -> Base.text(String)",
                        "Base.fromBase -> Caller.toOverride()");
    }

    static class Warned {
        @Locked("a")
        public void locked() {}

        public void calls() {
            locked();
            locked();
        }
    }

    @Configuration
    @EnableLocked
    static class Beans {
        @Bean
        Warned one() {
            return new Warned();
        }

        @Bean
        Warned another() {
            return new Warned();
        }
    }

    @Test
    @DisplayName("each is logged once at the start, with caller and callee")
    void logged() {
        List<String> lines = new CopyOnWriteArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                lines.add(record.getLevel() + " "
                        + java.text.MessageFormat.format(record.getMessage(), record.getParameters()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(Locked.class.getName());
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        try (Application application = Application.started(Beans.class)) {
            assertThat(application.context().isActive()).isTrue();
        } finally {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
        }

        assertThat(lines)
                .singleElement()
                .asString()
                .startsWith("WARNING io.syncguard.spring.SelfCallTest$Warned.calls calls"
                        + " io.syncguard.spring.SelfCallTest$Warned.locked() of the same object");
    }
}

package io.syncguard.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockOptions;
import io.syncguard.LossPolicy;
import io.syncguard.SyncGuard;
import io.syncguard.memory.TestLocks;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** What a guard is asked for. */
class OptionsOfCallsTest {
    private final List<LockOptions> asked = new ArrayList<>();

    static class Calls {
        @Locked(key = "a", waitFor = "7s")
        @Locked("b")
        @Locked("c")
        public void several() {}

        @Locked(
                key = "a",
                ttl = "1m",
                waitFor = "0s",
                heartbeat = false,
                minHold = "5s",
                lossPolicy = LossPolicy.KEEP_RESULT,
                name = "all.of-it")
        public void everything() {}

        @Locked(key = "a", ifLocked = IfLocked.SKIP)
        public void tries() {}
    }

    @EnableLocked
    static class Enabled {}

    private void call(java.util.function.Consumer<Calls> call) {
        try (SyncGuard real = TestLocks.create().guard();
                AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.registerBean("guard", SyncGuard.class, () -> recording(real));
            context.register(Enabled.class, Calls.class);
            context.refresh();
            call.accept(context.getBean(Calls.class));
        }
    }

    private SyncGuard recording(SyncGuard real) {
        return (SyncGuard) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {SyncGuard.class}, (proxy, method, arguments) -> {
                    if (arguments != null) {
                        Arrays.stream(arguments)
                                .filter(LockOptions.class::isInstance)
                                .map(LockOptions.class::cast)
                                .forEach(asked::add);
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    @DisplayName("each lock is waited for as long as the locks before it have left of the wait")
    void oneWait() {
        call(Calls::several);

        assertThat(asked).hasSize(3);
        assertThat(asked.get(0).timeout()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(7));
        assertThat(asked.get(1).timeout()).isLessThan(asked.get(0).timeout());
        assertThat(asked.get(2).timeout()).isLessThan(asked.get(1).timeout());
    }

    @Test
    @DisplayName("each attribute arrives at the guard")
    void attributes() {
        call(Calls::everything);

        assertThat(asked)
                .containsExactly(LockOptions.defaults()
                        .withTtl(Duration.ofMinutes(1))
                        .withTimeout(Duration.ZERO)
                        .withoutHeartbeat()
                        .withMinHold(Duration.ofSeconds(5))
                        .withLossPolicy(LossPolicy.KEEP_RESULT)
                        .withName("all.of-it"));
    }

    @Test
    @DisplayName(
            "what is not said is that of the library, with a heartbeat and a name; a call that may be skipped sets no wait")
    void defaults() {
        call(Calls::tries);

        assertThat(asked)
                .containsExactly(LockOptions.defaults()
                        .withHeartbeat()
                        .withLossPolicy(LossPolicy.FAIL)
                        .withName("Calls.tries"));
    }
}

package io.syncguard.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.Backend;
import io.syncguard.SyncGuard;
import io.syncguard.memory.TestLocks;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.scheduling.concurrent.ExecutorConfigurationSupport;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

class ShutdownTest {
    private final String store = "store" + UUID.randomUUID();
    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(TaskExecutionAutoConfiguration.class, SyncGuardAutoConfiguration.class));

    @Test
    @DisplayName("work of an executor that holds a lock ends before the guard is closed, and so keeps its lock")
    void executors() {
        CountDownLatch closing = new CountDownLatch(1);
        application
                .withPropertyValues("syncguard.uri=memory:" + store)
                .withBean(Tell.class, () -> new Tell(closing))
                .run(context -> {
                    SyncGuard guard = context.getBean(SyncGuard.class);
                    CountDownLatch locked = new CountDownLatch(1);
                    List<Boolean> held = new CopyOnWriteArrayList<>();
                    context.getBean("applicationTaskExecutor", ThreadPoolTaskExecutor.class)
                            .execute(() -> guard.run("k", lock -> {
                                locked.countDown();
                                awaitTold(closing);
                                held.add(lock.isHeld());
                            }));
                    assertThat(locked.await(60, TimeUnit.SECONDS)).isTrue();

                    context.close();

                    assertThat(held)
                            .as("whether the lock was held at the end of the work")
                            .containsExactly(true);
                    assertThat(TestLocks.named(store).guard().isLocked("k")).isFalse();
                });
    }

    private static void awaitTold(CountDownLatch closing) {
        try {
            assertThat(closing.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError("the work is not to be interrupted", e);
        }
    }

    @Test
    @DisplayName(
            "a guard is closed after web servers, executors and schedulers, and before connection factories, also before one in a later phase")
    void phases() {
        assertThat(GuardLifecycle.PHASE)
                .isLessThan(ExecutorConfigurationSupport.DEFAULT_PHASE)
                .isLessThan(WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE)
                .isGreaterThan(new LettuceConnectionFactory().getPhase());
        assertThat(phaseAbove(0)).isEqualTo(GuardLifecycle.PHASE);
        assertThat(phaseAbove(GuardLifecycle.PHASE)).isEqualTo(GuardLifecycle.PHASE + 1);
        assertThat(phaseAbove(Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    }

    private int phaseAbove(int connection) {
        int[] phase = new int[1];
        application
                .withBean(BackendSource.class, () -> new BackendSource() {
                    @Override
                    public BackendKind kind() {
                        return BackendKind.JEDIS;
                    }

                    @Override
                    public String description() {
                        return "a test's";
                    }

                    @Override
                    public Backend open() {
                        return SyncGuard.openBackend("memory:");
                    }

                    @Override
                    public int phase() {
                        return connection;
                    }
                })
                .run(context -> phase[0] = context.getBean(GuardLifecycle.class).getPhase());
        return phase[0];
    }

    /** Tells that executors are being stopped, which a guard that was closed before them would not live to see. */
    private record Tell(CountDownLatch closing) implements SmartLifecycle {
        @Override
        public void start() {}

        @Override
        public void stop() {
            closing.countDown();
        }

        @Override
        public boolean isRunning() {
            return true;
        }

        @Override
        public int getPhase() {
            return ExecutorConfigurationSupport.DEFAULT_PHASE;
        }
    }
}

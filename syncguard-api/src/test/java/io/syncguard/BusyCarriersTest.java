package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.spi.AcquireResult.Contended;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** An application whose virtual threads occupy every carrier delays nothing that a guard does by itself. */
@Timeout(180)
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "this JVM has no virtual threads")
class BusyCarriersTest {
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger busy = new AtomicInteger();
    private final ScriptedBackend backend = new ScriptedBackend();
    private final SyncGuard guard = SyncGuard.using(backend);

    @AfterEach
    void close() {
        over.set(true);
        guard.close();
    }

    /** Computes on all carriers, until the test is over. */
    private void occupyCarriers() throws ReflectiveOperationException {
        Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
        int carriers = Runtime.getRuntime().availableProcessors();
        for (int i = 0; i < carriers; i++) {
            Object unused = start.invoke(null, (Runnable) () -> {
                busy.incrementAndGet();
                while (!over.get()) {
                    Thread.onSpinWait();
                }
            });
        }
        Await.until("all carriers are busy", () -> busy.get() == carriers);
    }

    @Test
    @DisplayName("HLD-4, HLD-1, OPT-6 losses, beats and time-outs need no carrier thread")
    void busyCarriers() throws ReflectiveOperationException {
        Duration ttl = Duration.ofMillis(1_500);
        HeldLock lost = guard.acquire("lost", LockOptions.defaults().withTtl(Duration.ofMillis(300)));
        CompletableFuture<Void> told = new CompletableFuture<>();
        lost.onLost(() -> told.complete(null));
        HeldLock kept =
                guard.acquire("kept", LockOptions.defaults().withTtl(ttl).withHeartbeat());
        backend.otherwise = Contended::unknown;
        CompletableFuture<AsyncHeldLock> waiting = guard.async()
                .acquire(
                        "k",
                        LockOptions.defaults()
                                .withTimeout(Duration.ofMillis(300))
                                .withMaxRetries(1_000));
        occupyCarriers();
        long start = System.nanoTime();

        Await.until("the loss is told", told::isDone);
        Await.until("the acquire has timed out", waiting::isDone);
        Await.until("the ttl is over", () -> System.nanoTime() - start > ttl.toNanos());

        assertThat(waiting).isCompletedExceptionally();
        assertThat(kept.isHeld()).isTrue();
        assertThat(over).isFalse();
    }
}

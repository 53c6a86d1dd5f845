package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.spi.AcquireResult.Contended;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A guard that is closed by code that it runs itself does not wait for that code. */
@Timeout(180)
class ClosingFromWithinTest {
    private static final LockOptions PATIENT =
            LockOptions.defaults().withTimeout(Duration.ofMinutes(10)).withMaxRetries(Integer.MAX_VALUE);

    /** A guard waits half a second for its workers, and a second for its listener. */
    private static final Duration WITHOUT_WAITING = Duration.ofMillis(400);

    /** A guard that is closed by some code of the application's. */
    private static final class Case {
        final ScriptedBackend backend = new ScriptedBackend();
        final StubbedWakeUps wakeUps = new StubbedWakeUps();
        final AtomicReference<SyncGuard> guard = new AtomicReference<>();
        final CompletableFuture<Duration> took = new CompletableFuture<>();

        void open(GuardOptions options) {
            guard.set(SyncGuard.using(backend, options));
        }

        void close() {
            long start = System.nanoTime();
            guard.get().close();
            took.complete(Duration.ofNanos(System.nanoTime() - start));
        }
    }

    private enum Closer {
        STAGE_OF_AN_ACQUIRE(closing -> {
            closing.backend.otherwise = Contended::unknown;
            closing.backend.wakeUps = closing.wakeUps;
            closing.open(GuardOptions.defaults());
            // Acquires at the end of a pause, and so on a worker.
            CompletableFuture<AsyncHeldLock> acquired =
                    closing.guard.get().async().acquire("k", PATIENT);
            acquired.thenRun(closing::close);
            closing.wakeUps.grants.set(1);
        }),
        STAGE_OF_A_FAILED_ACQUIRE(closing -> {
            closing.backend.otherwise = Contended::unknown;
            closing.open(GuardOptions.defaults());
            CompletableFuture<AsyncHeldLock> acquired =
                    closing.guard.get().async().acquire("k", PATIENT.withTimeout(Duration.ofMillis(30)));
            acquired.whenComplete((lock, failure) -> closing.close());
        }),
        LOSS_CALLBACK(closing -> {
            closing.open(GuardOptions.defaults());
            HeldLock lock =
                    closing.guard.get().acquire("k", LockOptions.defaults().withTtl(Duration.ofMillis(30)));
            lock.onLost(closing::close);
        }),
        STAGE_OF_A_LOSS(closing -> {
            closing.open(GuardOptions.defaults());
            HeldLock lock =
                    closing.guard.get().acquire("k", LockOptions.defaults().withTtl(Duration.ofMillis(30)));
            lock.lost().thenRun(closing::close);
        }),
        LISTENER(closing -> {
            closing.open(GuardOptions.defaults().withListener(new LockListener() {
                @Override
                public void operationEnded(LockEvent event) {
                    if (event.operation() == LockOperation.ACQUIRE) {
                        closing.close();
                    }
                }
            }));
            HeldLock unused = closing.guard.get().acquire("k");
        });

        private final Consumer<Case> start;

        Closer(Consumer<Case> start) {
            this.start = start;
        }
    }

    @ParameterizedTest
    @EnumSource(Closer.class)
    @DisplayName("OPT-3 code of the application that a guard runs closes it without waiting for itself")
    void closes(Closer closer) {
        Duration fastest = Duration.ofHours(1);
        // On a busy machine it may take as long by itself, but not each time.
        for (int i = 0; i < 10 && fastest.compareTo(WITHOUT_WAITING) >= 0; i++) {
            Case closing = new Case();
            closer.start.accept(closing);
            Duration took = closing.took.join();
            fastest = took.compareTo(fastest) < 0 ? took : fastest;
            assertThat(closing.backend.count("close")).isEqualTo(1);
        }
        assertThat(fastest).isLessThan(WITHOUT_WAITING);
    }

    @Test
    @DisplayName("OPT-3, HLD-7 closing a guard while a stage has a lock that it was granted releases the lock")
    void stageThatIsBusy() {
        Case closing = new Case();
        closing.backend.otherwise = Contended::unknown;
        closing.backend.wakeUps = closing.wakeUps;
        closing.open(GuardOptions.defaults());
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        CompletableFuture<AsyncHeldLock> acquired = closing.guard.get().async().acquire("k", PATIENT);
        CompletableFuture<Void> stage = acquired.thenRun(() -> {
            busy.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        closing.wakeUps.grants.set(1);
        Await.until("the stage is busy", () -> busy.getCount() == 0);

        closing.close();

        assertThat(closing.backend.count("release")).isEqualTo(1);
        assertThat(acquired.join().isHeld()).isFalse();
        assertThat(stage).isNotDone();
        end.countDown();
        Await.until("it is not interrupted", stage::isDone);
        assertThat(stage).isCompleted();
    }
}

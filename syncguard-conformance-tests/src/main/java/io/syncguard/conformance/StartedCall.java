package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockException;
import io.syncguard.spi.LockBackend;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A blocking call that runs on a thread of its own, so that a test can go on where the call does not end. */
final class StartedCall {
    /** The call has been sent by then, unless the machine is very busy. */
    private static final long SENT_MILLIS = 100;

    /** A call goes over from its thread to one of the client's, and from there to the server. */
    private static final int THREADS_BEFORE = 3;

    private final long startedNanos = System.nanoTime();

    private final Thread thread;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable Throwable failure;
    private volatile boolean interruptedAfterwards;
    private volatile long endedNanos;

    private StartedCall(Runnable call) {
        this.thread = new Thread(() -> run(call), "conformance-call");
        thread.setDaemon(true);
        thread.start();
    }

    static StartedCall of(Runnable call) {
        return new StartedCall(call);
    }

    /** Starts each operation with a lock of its own. */
    static Map<Operation, StartedCall> ofEach(LockBackend backend, Map<Operation, Held> locks) {
        Map<Operation, StartedCall> calls = new EnumMap<>(Operation.class);
        locks.forEach((operation, held) -> calls.put(operation, of(() -> {
            boolean unused = operation.findsLive(backend, held.key(), held.id());
        })));
        return calls;
    }

    private void run(Runnable call) {
        try {
            call.run();
        } catch (Throwable e) {
            failure = e;
        } finally {
            interruptedAfterwards = Thread.interrupted();
            endedNanos = System.nanoTime();
            ended.countDown();
        }
    }

    /**
     * Waits until all calls have been sent, as far as can be told from outside.
     *
     * @param longest how long to wait for threads that may not have come to run; those that read from a socket look the same
     */
    static void awaitSent(Collection<StartedCall> calls, Duration longest) throws InterruptedException {
        long start = System.nanoTime();
        calls.forEach(each -> Await.millisSince(each.startedNanos, SENT_MILLIS));
        while (calls.stream().anyMatch(each -> each.thread.getState() == Thread.State.RUNNABLE)
                && System.nanoTime() - start < longest.toNanos()) {
            Await.pause();
        }
        for (int i = 0; i < THREADS_BEFORE; i++) {
            // Where a thread that is started now has run, those of the call have had their turns.
            Thread later = new Thread(() -> {}, "conformance-turn");
            later.setDaemon(true);
            later.start();
            later.join();
        }
    }

    /** Returns whether less time has passed since it began, or passed until it ended. */
    boolean isYoungerThan(Duration time) {
        long end = ended.getCount() == 0 ? endedNanos : System.nanoTime();
        return end - startedNanos < time.toNanos();
    }

    void interrupt() {
        thread.interrupt();
    }

    /** Returns whether the thread was interrupted when the call had ended. */
    boolean isInterruptedAfterwards() {
        return interruptedAfterwards;
    }

    /** Waits until the call has ended, which must be soon after a time. */
    void awaitEnd(String what, Duration time) throws InterruptedException {
        Duration longest = time.plus(Await.longest().dividedBy(2));
        assertThat(ended.await(longest.toMillis(), TimeUnit.MILLISECONDS))
                .as("%s must end, and has not within %s ms", what, longest.toMillis())
                .isTrue();
    }

    /** Returns what the call has thrown; null if it has not ended, or well. */
    @Nullable
    Throwable thrown() {
        return failure;
    }

    /** Waits until the call has failed, which must be soon after a time, and returns its failure. */
    LockException failure(String what, Duration time) throws InterruptedException {
        awaitEnd(what, time);
        Throwable thrown = failure;
        assertThat(thrown).as("%s must fail with a LockException", what).isInstanceOf(LockException.class);
        return (LockException) Objects.requireNonNull(thrown);
    }
}

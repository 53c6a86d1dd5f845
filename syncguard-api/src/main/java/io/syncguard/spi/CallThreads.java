package io.syncguard.spi;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The threads on which blocking calls run, and the timer that ends those that take too long. Nothing of it is shared with other
 * code of the JVM. Thread-safe.
 */
final class CallThreads implements AutoCloseable {
    private static final String NAME = "syncguard-async";
    private static final String BACKGROUND_NAME = "syncguard-async-background";
    private static final String TIMER_NAME = "syncguard-async-timer";
    private static final String OPERATION_TIMEOUT = "the operation timeout";
    private static final int MOST_IN_BACKGROUND = 4;
    private static final long IDLE_SECONDS = 5;

    /** How long closing waits for calls to end by themselves, and then for those that it has ended. */
    private static final long CLOSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final ExecutorService calls;
    private final ExecutorService background;

    /** Runs what depends on calls that timed out. As its threads are not limited, a task that blocks delays no other. */
    private final ExecutorService endings = DaemonThreads.perTask(NAME);

    private final TaskTimer timer = new TaskTimer(TIMER_NAME);

    /** The calls that were handed over and whose threads are not done with them. */
    private final Set<ExecutorCall<?>> underWay = ConcurrentHashMap.newKeySet();

    /** Set on the threads of this object. */
    private final ThreadLocal<Boolean> ours = new ThreadLocal<>();

    private final AtomicBoolean closed = new AtomicBoolean();

    private CallThreads(ExecutorService calls, ExecutorService background) {
        this.calls = calls;
        this.background = background;
    }

    /**
     * Returns a virtual thread for each call where the JVM has them, else a pool. Calls in the background have platform threads
     * in any case: renewals must not wait for carrier threads that an application keeps busy.
     */
    static CallThreads virtualOrPooled(int mostThreads) {
        return DaemonThreads.virtual(NAME)
                .map(virtual -> new CallThreads(virtual, background(mostThreads)))
                .orElseGet(() -> pooled(mostThreads));
    }

    /** Returns a pool for calls and a small one for those in the background, which do not queue behind the others. */
    static CallThreads pooled(int mostThreads) {
        return new CallThreads(pool(NAME, mostThreads), background(mostThreads));
    }

    private static ExecutorService background(int mostThreads) {
        return pool(BACKGROUND_NAME, Math.min(mostThreads, MOST_IN_BACKGROUND));
    }

    private static ExecutorService pool(String name, int most) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                most, most, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), DaemonThreads.named(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    void run(ExecutorCall<?> call, Duration timeout, boolean inBackground) {
        if (begin(call, inBackground)) {
            call.endsBy(timer.after(timeout.toNanos(), () -> end(() -> call.timeOut(OPERATION_TIMEOUT))));
        }
    }

    /** Runs a call that ends by the deadlines of its backend. */
    void run(ExecutorCall<?> call, CallDeadlines deadlines, boolean inBackground) {
        long startedNanos = System.nanoTime();
        if (begin(call, inBackground)) {
            endInTime(call, deadlines, startedNanos);
        }
    }

    /** Ends the call at its deadline, which moves when the first connection is there. */
    private void endInTime(ExecutorCall<?> call, CallDeadlines deadlines, long startedNanos) {
        long nanos = deadlines.untilNextLookNanos(startedNanos);
        if (nanos > 0) {
            call.endsBy(timer.after(nanos, () -> endInTime(call, deadlines, startedNanos)));
        } else {
            String limit = deadlines.openingTimeoutInWords();
            end(() -> call.timeOut(limit));
        }
    }

    /** Hands a call to a thread; returns false if it has ended for want of one. */
    private boolean begin(ExecutorCall<?> call, boolean inBackground) {
        underWay.add(call);
        try {
            (inBackground ? background : calls).execute(() -> runHere(call));
        } catch (RejectedExecutionException e) {
            underWay.remove(call);
            call.abort();
            return false;
        } catch (OutOfMemoryError e) {
            underWay.remove(call);
            call.refuse(e);
            return false;
        }
        return true;
    }

    private void runHere(ExecutorCall<?> call) {
        ours.set(true);
        try {
            call.run();
        } finally {
            underWay.remove(call);
            ours.remove();
        }
    }

    /** Neither the timer nor a thread that closes the backend runs what depends on a call. */
    private void end(Runnable ending) {
        try {
            endings.execute(() -> {
                ours.set(true);
                try {
                    ending.run();
                } finally {
                    ours.remove();
                }
            });
        } catch (RejectedExecutionException e) {
            // Closing has ended the calls by then.
        } catch (OutOfMemoryError e) {
            // No thread can be started. A call that ends here is better than one that never ends.
            ending.run();
        }
    }

    /**
     * Refuses calls, ends those that do not end by themselves, and ends the threads. Waits for that for little more than a second at the most, and
     * not at all on one of these threads.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        boolean wait = ours.get() == null;
        // An interrupt from before does not end the wait, but one during it does.
        boolean before = Thread.interrupted();
        boolean during = false;
        calls.shutdown();
        background.shutdown();
        if (wait) {
            during = !await(List.of(calls, background));
        }
        underWay.stream().filter(call -> !call.isOfThisThread()).forEach(call -> end(call::abort));
        timer.close();
        endings.shutdown();
        if (wait && !during) {
            during = !await(List.of(calls, background, endings));
        }
        if (before || during) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns false on an interrupt. */
    private static boolean await(List<ExecutorService> executors) {
        long end = System.nanoTime() + CLOSE_NANOS;
        try {
            for (ExecutorService each : executors) {
                each.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }
}

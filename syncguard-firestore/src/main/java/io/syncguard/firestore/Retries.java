package io.syncguard.firestore;

import com.google.api.core.ApiFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * The reads of one operation, and the pauses before it looks again. Pauses grow, with jitter. The call's own timeout ends it. Confined to
 * one operation.
 */
final class Retries {
    private static final long FIRST_MILLIS = 5;
    private static final long LONGEST_MILLIS = 200;

    private final FirestoreCall<?> call;
    private long ceilingMillis = FIRST_MILLIS;

    Retries(FirestoreCall<?> call) {
        this.call = call;
    }

    /**
     * Reads and decides. Repeats a read that failed in passing. What the decision throws fails the call.
     *
     * @param decision is given the answer, and the monotonic time before the request
     */
    <A> void read(Supplier<ApiFuture<A>> request, BiConsumer<A, Long> decision) {
        long sentNanos = System.nanoTime();
        call.request(request).whenComplete((read, failure) -> {
            if (failure == null) {
                call.progressed();
                call.guarded(() -> decision.accept(read, sentNanos));
            } else if (FirestoreFailures.isPassing(failure) || call.isClientReplacedSince(sentNanos)) {
                later(failure, () -> read(request, decision));
            } else {
                call.failRead(failure);
            }
        });
    }

    /** Runs a step after a pause, unless the call is over by then. The reason is that call's failure if its time ends before. */
    void later(Throwable why, Runnable step) {
        call.failedForNow(why);
        later(step);
    }

    /** Runs a step after a pause, unless the call is over by then. */
    void later(Runnable step) {
        long half = ceilingMillis / 2;
        long pauseMillis = half + ThreadLocalRandom.current().nextLong(half + 1);
        ceilingMillis = Math.min(ceilingMillis * 2, LONGEST_MILLIS);
        call.threads().after(TimeUnit.MILLISECONDS.toNanos(pauseMillis), () -> {
            if (!call.isDone()) {
                call.guarded(step);
            }
        });
    }
}

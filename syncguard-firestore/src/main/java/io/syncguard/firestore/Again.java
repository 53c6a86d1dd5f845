package io.syncguard.firestore;

import com.google.api.core.ApiFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The way back to the start of an operation whose decision was overtaken, and the reading it decides on. Pauses grow, with
 * jitter; the call's own time ends it. Confined to one operation.
 */
final class Again {
    private static final long FIRST_MILLIS = 5;
    private static final long LONGEST_MILLIS = 200;

    private long ceilingMillis = FIRST_MILLIS;

    /** Reads and decides; what the decision throws fails the call, and a read that failed in passing is repeated. */
    <A> void reading(FirestoreCall<?> call, Supplier<ApiFuture<A>> request, Consumer<A> decision) {
        call.read(request).whenComplete((read, failure) -> {
            if (failure != null) {
                if (FirestoreFailures.isPassing(failure) && !call.isDone()) {
                    later(call, failure, () -> reading(call, request, decision));
                } else {
                    call.fail(failure);
                }
                return;
            }
            try {
                decision.accept(read);
            } catch (IllegalArgumentException foreign) {
                call.fail(
                        FirestoreFailures.foreign(String.valueOf(foreign.getMessage()), call.operation(), call.lock()));
            } catch (RuntimeException e) {
                call.fail(e);
            }
        });
    }

    /** Goes back after a pause, unless the call is over by then, which is told by the failure that is the reason. */
    void later(FirestoreCall<?> call, Throwable why, Runnable step) {
        call.failedForNow(why);
        long half = ceilingMillis / 2;
        long pauseMillis = half + ThreadLocalRandom.current().nextLong(half + 1);
        ceilingMillis = Math.min(ceilingMillis * 2, LONGEST_MILLIS);
        call.threads().after(TimeUnit.MILLISECONDS.toNanos(pauseMillis), () -> {
            if (!call.isDone()) {
                step.run();
            }
        });
    }
}

package io.syncguard.conformance;

import io.syncguard.LockException;
import java.util.function.Supplier;

/**
 * The answer to a call that was repeated until there was one, as its caller may do after a failure of unknown outcome (ACQ-3, REL-2).
 *
 * @param repeated whether it was; then the answer may be that of a call after the one that took effect
 */
record RepeatedCall<T>(T answer, boolean repeated) {

    /** Makes a call, and repeats it after each failure of unknown outcome until time is up. */
    static <T> RepeatedCall<T> of(Supplier<T> call) {
        long start = System.nanoTime();
        boolean repeated = false;
        while (true) {
            try {
                return new RepeatedCall<>(call.get(), repeated);
            } catch (LockException e) {
                if (!e.isOutcomeUnknown()
                        || System.nanoTime() - start > Await.longest().toNanos()) {
                    throw e;
                }
                repeated = true;
            }
        }
    }

    /** Makes a call, and repeats it, for its answer alone. */
    static <T> T answerOf(Supplier<T> call) {
        return of(call).answer();
    }
}

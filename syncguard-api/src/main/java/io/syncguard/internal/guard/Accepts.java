package io.syncguard.internal.guard;

import io.syncguard.InvalidArgumentException;
import io.syncguard.LockException;
import io.syncguard.LockOptions;

/** Which options a kind of call accepts. It refuses those that it would ignore (ERR-4). */
enum Accepts {
    /** A call that waits for a lock and does work under it. */
    WAIT_AND_WORK(true, true),
    /** A call that waits for a lock and hands it out. */
    WAIT(true, false),
    /** A call that makes one attempt and does work if that succeeds. */
    TRY_AND_WORK(false, true),
    /** A call that makes one attempt and hands the lock out. */
    TRY(false, false),
    /** A view as a {@code Lock}, whose methods say how long they wait. */
    VIEW(false, false);

    private final boolean waiting;
    private final boolean working;

    Accepts(boolean waiting, boolean working) {
        this.waiting = waiting;
        this.working = working;
    }

    /** Returns whether the call waits for a lock that is taken. */
    boolean isWaiting() {
        return waiting;
    }

    /**
     * Checks options.
     *
     * @param call the name of the method
     * @throws LockException {@code INVALID_ARGUMENT} if they are null, or if the call would ignore one
     */
    void check(LockOptions options, String call) {
        InvalidArgumentException.requireNonNull(options, "options");
        if (!waiting && options.limitsWait()) {
            throw LockException.invalidArgument(
                    this == VIEW
                            ? call + " ignores a timeout and a number of retries, because the methods of a"
                                    + " java.util.concurrent Lock say how long they wait: leave them out, and use"
                                    + " tryLock(time, unit)"
                            : call + " makes one attempt and does not wait, so it ignores a timeout and a number of"
                                    + " retries: leave them out, or use a call that waits");
        }
        if (!working && options.setsLossPolicy()) {
            throw LockException.invalidArgument(
                    call + " does no work, so it ignores a loss policy: leave it out and use the"
                            + " handle's onLost, or use run or call");
        }
    }
}

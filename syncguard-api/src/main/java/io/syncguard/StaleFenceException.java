package io.syncguard;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The guard of a resource refused a write because its fencing token is less than one that has written already. The writer lost
 * its lock without noticing, and a later holder has written since. Nothing of the refused write remains.
 *
 * <p>This is not a failure of the system and therefore not a {@link LockException}. Immutable.
 */
public final class StaleFenceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Stands for a token that is not known. */
    private static final long UNKNOWN = 0;

    // Numbers, because tokens are not serializable and exceptions are.
    private final long offered;
    private final long highest;

    /**
     * @param offered the fence of the write that is refused
     * @param highest the greatest fence the resource has admitted, or null where the guard could not learn it
     */
    public StaleFenceException(FenceToken offered, @Nullable FenceToken highest) {
        super(message(offered, highest));
        this.offered = offered.value();
        this.highest = highest == null ? UNKNOWN : highest.value();
    }

    private static String message(FenceToken offered, @Nullable FenceToken highest) {
        String newer = highest == null ? "a greater one" : "fence " + highest;
        return "the write with fence " + offered + " is refused: the lock was lost, and a later holder has"
                + " written with " + newer + ". Undo or drop the work, and do not repeat the write as it is; if it is"
                + " still wanted, acquire the lock again and begin with what the resource holds now";
    }

    /** Returns the fence of the write that was refused. */
    public FenceToken offered() {
        return new FenceToken(offered);
    }

    /** Returns the greatest fence the resource was seen to have admitted; empty if that is not known. */
    public Optional<FenceToken> highest() {
        return highest == UNKNOWN ? Optional.empty() : Optional.of(new FenceToken(highest));
    }
}

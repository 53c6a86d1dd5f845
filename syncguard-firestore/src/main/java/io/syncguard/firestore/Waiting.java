package io.syncguard.firestore;

/** One that waits at a {@link LockWatch}, which guards all of it but what is final. */
final class Waiting {
    final Runnable wake;

    /** Whether it may stand back for nobody, and listens only once it has met somebody. */
    boolean listensLater;

    /** Whether it has asked for an answer here before. */
    boolean asked;

    /** The turn after which it came; 0 until one is heard of. */
    long cameAfter;

    /** The last turn that it heard of, and how many of others' there were. */
    long lastFence;

    long turnsOfOthers;

    /** Whether it is its turn, as far as is known, until it tries. */
    boolean woken;

    /** When the attempt that is under way was decided on, and after how many slots. */
    long triesSinceNanos;

    long slotsLeft;
    boolean served;

    Waiting(Runnable wake) {
        this.wake = wake;
    }

    void hears(long fence, boolean others) {
        if (cameAfter == 0) {
            // Whoever has it is ahead.
            cameAfter = fence - 1;
        }
        if (fence > lastFence) {
            lastFence = fence;
            turnsOfOthers += others ? 1 : 0;
        }
    }

    /** Its turn has come, after so many slots. */
    void isNext(long slotsLeft) {
        woken = true;
        this.slotsLeft = slotsLeft;
        triesSinceNanos = System.nanoTime();
    }

    /** It tries without having been woken. */
    void triesNow() {
        slotsLeft = 0;
        triesSinceNanos = System.nanoTime();
    }
}

package io.syncguard.firestore;

/**
 * What a backend knows of the others that want one key, and how it gives way to them. They do not know of each other; what
 * they know is what each hears of the lock's document. Thread-safe.
 */
final class Rivalry {
    /**
     * With more others than these one does not listen, nor stand back, but asks now and then: each change of the lock would
     * be told to all of them, and billed.
     */
    private static final int MOST_OTHERS = 16;

    /** So many slots to leave at most. */
    private static final int MOST_AHEAD = 8;

    /** So many slots for each of the others that are known. */
    private static final double WIDEST_EACH = 4;

    private static final double PATIENT_TURNS = 8;

    private final TurnOrder order = new TurnOrder();
    private final StandBack standBack = new StandBack();

    /** From how many slots to choose by chance, because others that know as little are chosen against. */
    private double window;

    /** It was the turn of another backend. */
    synchronized void otherServed(int backend, long fence) {
        order.served(backend, fence);
    }

    /** Returns whether there are too many others to listen. */
    synchronized boolean isCrowded() {
        return order.known() > MOST_OTHERS;
    }

    /** The lock was free for so many slots, and nobody who was ahead took it. */
    synchronized void unused(long slots, long cameAfter) {
        order.absent(slots, cameAfter);
    }

    /**
     * Returns after how many slots of a free lock to try for it.
     *
     * @param cameAfter the turn after which one came
     * @param waited how many turns of others one has waited since: the more, the less is left to chance
     * @param chance from 0 to 1
     */
    synchronized double slots(long cameAfter, long waited, double chance) {
        return Math.min(MOST_AHEAD, order.ahead(cameAfter))
                + chance * window * PATIENT_TURNS / (PATIENT_TURNS + waited);
    }

    /** An attempt at a free lock was in vain: somebody else thought that it was his turn. */
    synchronized void lost() {
        window = Math.min(WIDEST_EACH * Math.max(1, order.known()), Math.max(1, 2 * window));
    }

    /** The lock was taken, after so many turns of others. */
    synchronized void served(long waited) {
        window = window > 1 ? window / 2 : 0;
        standBack.served(waited > 0);
    }

    /** See {@link StandBack#released}. */
    synchronized void released(long fence, long acquiredAtMillis, long nowMillis, long slotNanos) {
        standBack.released(fence, acquiredAtMillis, nowMillis, slotNanos);
    }

    /** See {@link StandBack#leftUnserved}. */
    synchronized void leftUnserved(long cameAfter, long slotNanos) {
        standBack.leftUnserved(cameAfter, slotNanos);
    }

    /** Returns for how long to let others go first. */
    synchronized long holdBackNanos() {
        return isCrowded() ? 0 : standBack.leftNanos();
    }

    /** See {@link StandBack#cameAfter}. */
    synchronized long cameAfter() {
        return standBack.cameAfter();
    }

    synchronized boolean expectsOthers() {
        return standBack.expectsOthers();
    }
}

package io.syncguard.firestore;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Whose turns at one key this backend has heard of. Who was served before somebody came, and has not been since, is taken
 * to have come straight back, and so to be ahead of him. Everybody who waits hears the same, so they agree on the order
 * without a word. Confined to its {@link Rivalry}.
 */
final class TurnOrder {
    private static final int MOST = 64;
    private static final long REMEMBERED_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** The last turn of each of the others, by the number of its backend, in the order of the turns. */
    private final Map<Integer, Turn> turns = new LinkedHashMap<>();

    private record Turn(long fence, long heardNanos) {}

    /** It was the turn of another backend. */
    void served(int backend, long fence) {
        Turn last = turns.get(backend);
        if (last != null && last.fence >= fence) {
            return;
        }
        turns.remove(backend);
        turns.put(backend, new Turn(fence, System.nanoTime()));
        if (turns.size() > MOST) {
            turns.remove(turns.keySet().iterator().next());
        }
    }

    int known() {
        forgetOld();
        return turns.size();
    }

    /** Returns how many are ahead of one that came after a turn; 0 also if that is not known. */
    int ahead(long cameAfter) {
        forgetOld();
        int ahead = 0;
        for (Turn turn : turns.values()) {
            if (turn.fence >= cameAfter) {
                break;
            }
            ahead++;
        }
        return ahead;
    }

    private void forgetOld() {
        long now = System.nanoTime();
        turns.values().removeIf(turn -> now - turn.heardNanos > REMEMBERED_NANOS);
    }

    /** Forgets so many of those ahead, who were left their slots and did not come. */
    void absent(long howMany, long cameAfter) {
        Iterator<Turn> oldest = turns.values().iterator();
        for (long i = 0; i < howMany && oldest.hasNext(); i++) {
            if (oldest.next().fence >= cameAfter) {
                return;
            }
            oldest.remove();
        }
    }
}

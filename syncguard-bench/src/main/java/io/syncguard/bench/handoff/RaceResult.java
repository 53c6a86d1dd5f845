package io.syncguard.bench.handoff;

import io.syncguard.bench.redis.Snapshot;
import java.util.List;

/**
 * All there is to know of a race.
 *
 * @param contenders how many contended
 * @param window what counts
 * @param attempts everybody's, in any order, those outside the window too
 * @param first the server at the start of the window
 * @param last the server at its end
 */
record RaceResult(int contenders, Window window, List<Attempt> attempts, Snapshot first, Snapshot last) {
    RaceResult {
        attempts = List.copyOf(attempts);
    }
}

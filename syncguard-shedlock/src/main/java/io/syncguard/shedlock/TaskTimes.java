package io.syncguard.shedlock;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import net.javacrumbs.shedlock.core.LockConfiguration;

/**
 * What the times of a task's lock are for SyncGuard.
 *
 * @param ttl {@code lockAtMostFor} in whole milliseconds
 * @param minHold {@code lockAtLeastFor}, at most the ttl
 */
record TaskTimes(Duration ttl, Duration minHold) {
    static TaskTimes of(LockConfiguration configuration) {
        Duration ttl = configuration.getLockAtMostFor().truncatedTo(ChronoUnit.MILLIS);
        Duration atLeast = configuration.getLockAtLeastFor();
        return new TaskTimes(ttl, atLeast.compareTo(ttl) > 0 ? ttl : atLeast);
    }
}

package io.syncguard.memory;

import io.syncguard.LockKey;
import io.syncguard.spi.StorageKeys;

/** A key's counter that is ahead of the clock, as after a clock that went back: each acquire counts on by one, and nothing is hidden. */
final class CounterAhead {
    /** The year 2128. */
    private static final long AHEAD = 500_000_000_000_000L;

    private CounterAhead() {}

    /** Sets the counter of a key, and returns its value. */
    static long of(TestLocks locks, String key) {
        locks.store()
                .under(StorageKeys.DEFAULT_PREFIX)
                .setFence(StorageKeys.under(StorageKeys.DEFAULT_PREFIX).stored(LockKey.of(key)), AHEAD);
        return AHEAD;
    }
}

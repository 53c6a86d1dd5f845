package io.syncguard.conformance;

import io.syncguard.LockKey;
import io.syncguard.spi.LockBackend;

/** What a test is run with, but that each acquire is an attempt in a place of its own. */
record InPlaces(BackendUnderTest test)
        implements AcquireRules, FenceRules, CounterRules, OptionRules, ErrorRules, ConcurrencyRules {
    @Override
    public View view() {
        return test.view();
    }

    @Override
    public LockBackend backend() {
        return new PlacedBackend(test.backend());
    }

    @Override
    public LockBackend another() {
        return new PlacedBackend(test.another());
    }

    @Override
    public LockKey key() {
        return test.key();
    }

    @Override
    public void usedUpTo(LockKey key, long fence) {
        test.usedUpTo(key, fence);
    }
}

package io.syncguard.conformance;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.WakeUps;
import java.time.Duration;

/** A backend each of whose acquires is an attempt in a place that is taken for it. */
final class PlacedBackend extends DelegatingBackend {
    private final WakeUps wakeUps;
    private final AsyncLockBackend async;

    PlacedBackend(LockBackend backend) {
        super(backend);
        this.wakeUps = Waiting.wakeUps(backend);
        this.async = new AsyncPlacedBackend(backend.async(), wakeUps);
    }

    @Override
    public AcquireResult acquire(LockKey key, LockId id, Ttl ttl) {
        try (WakeUps.Place place = wakeUps.enter(key, () -> {})) {
            return place.acquire(id, ttl, Duration.ZERO);
        }
    }

    @Override
    public AsyncLockBackend async() {
        return async;
    }
}

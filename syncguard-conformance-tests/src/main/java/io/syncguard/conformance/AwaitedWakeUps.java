package io.syncguard.conformance;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.WakeUps;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The wake-ups of a backend whose places are tried from asynchronously only: each attempt waits for a future. */
final class AwaitedWakeUps implements WakeUps {
    private final WakeUps wakeUps;

    AwaitedWakeUps(WakeUps wakeUps) {
        this.wakeUps = wakeUps;
    }

    @Override
    public Place enter(LockKey key, Runnable wake) {
        return new AwaitedPlace(wakeUps.enter(key, wake));
    }

    @Override
    public Level level() {
        return wakeUps.level();
    }

    @Override
    public boolean triesWhereWoken() {
        return wakeUps.triesWhereWoken();
    }

    @Override
    public Duration holdBack(LockKey key) {
        return wakeUps.holdBack(key);
    }

    @Override
    public Duration standAside(LockKey key) {
        return wakeUps.standAside(key);
    }

    private record AwaitedPlace(Place place) implements Place {
        @Override
        public AcquireResult acquire(LockId id, Ttl ttl, Duration waited) {
            return AwaitedBackend.await(LockOperation.ACQUIRE, () -> place.acquireAsync(id, ttl, waited));
        }

        @Override
        public CompletableFuture<AcquireResult> acquireAsync(LockId id, Ttl ttl, Duration waited) {
            return place.acquireAsync(id, ttl, waited);
        }

        @Override
        public void close() {
            place.close();
        }
    }
}

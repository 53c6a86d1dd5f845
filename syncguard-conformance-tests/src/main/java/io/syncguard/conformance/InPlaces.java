package io.syncguard.conformance;

import io.syncguard.LockKey;
import io.syncguard.spi.LockBackend;
import java.time.Duration;
import java.util.Set;

/** What a test is run with, but that each acquire is an attempt in a place of its own. */
record InPlaces(BackendUnderTest test)
        implements AcquireRules,
                ReusedIdRules,
                FenceRules,
                ClockedFenceRules,
                CounterRules,
                OptionRules,
                ErrorRules,
                ConcurrencyRules {
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
    public FaultyNetwork network() {
        return test.network();
    }

    @Override
    public LockBackend behind(FaultyNetwork network, Duration operationTimeout) {
        return new PlacedBackend(test.behind(network, operationTimeout));
    }

    @Override
    public RestartableServer server() {
        return test.server();
    }

    @Override
    public LockBackend on(RestartableServer server, Duration operationTimeout) {
        return new PlacedBackend(test.on(server, operationTimeout));
    }

    @Override
    public ClientProcess process(Duration clockAhead) {
        return test.process(clockAhead);
    }

    @Override
    public void requireClockOfTheChange() {
        test.requireClockOfTheChange();
    }

    @Override
    public Set<String> loggers() {
        return test.loggers();
    }

    @Override
    public void usedUpTo(LockKey key, long fence) {
        test.usedUpTo(key, fence);
    }
}

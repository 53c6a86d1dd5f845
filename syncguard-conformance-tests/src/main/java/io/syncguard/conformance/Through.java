package io.syncguard.conformance;

import io.syncguard.LockKey;
import io.syncguard.spi.LockBackend;
import java.time.Duration;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Runs tests on wrapped backends, in which one operation stands for another that has to keep the same rules. */
record Through(BackendUnderTest test, UnaryOperator<LockBackend> way)
        implements AcquireRules,
                ExtendRules,
                TimeRules,
                ToleranceRules,
                RaceRules,
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
        return way.apply(test.backend());
    }

    @Override
    public LockBackend another() {
        return way.apply(test.another());
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
        return way.apply(test.behind(network, operationTimeout));
    }

    @Override
    public RestartableServer server() {
        return test.server();
    }

    @Override
    public LockBackend on(RestartableServer server, Duration operationTimeout) {
        return way.apply(test.on(server, operationTimeout));
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
    public void requireEndWhenRefused() {
        test.requireEndWhenRefused();
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

package io.syncguard.redis.lettuce;

import io.syncguard.redis.common.RedisCall;
import io.syncguard.redis.common.RedisWakeUps;
import io.syncguard.spi.AcquireResult;
import java.util.concurrent.CompletableFuture;

/** Makes the calls of those that wait as the backend makes all others. */
final class WaitingCalls implements RedisWakeUps.Calls {
    private final LettuceCalls calls;

    WaitingCalls(LettuceCalls calls) {
        this.calls = calls;
    }

    @Override
    public boolean areAsyncByNature() {
        return true;
    }

    @Override
    public AcquireResult acquire(RedisCall<AcquireResult> call) {
        return calls.run(call);
    }

    @Override
    public CompletableFuture<AcquireResult> acquireAsync(RedisCall<AcquireResult> call) {
        return calls.start(call);
    }

    @Override
    public void passOn(RedisCall<Void> call) {
        calls.start(call);
    }
}

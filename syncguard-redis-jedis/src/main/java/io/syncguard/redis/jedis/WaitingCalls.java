package io.syncguard.redis.jedis;

import io.syncguard.redis.common.RedisCall;
import io.syncguard.redis.common.RedisWakeUps;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.ExecutorAsyncBackend;
import java.util.concurrent.CompletableFuture;

/** Makes the calls of those that wait as the backend makes all others. */
final class WaitingCalls implements RedisWakeUps.Calls {
    private final JedisScripts scripts;
    private final ExecutorAsyncBackend async;

    WaitingCalls(JedisScripts scripts, ExecutorAsyncBackend async) {
        this.scripts = scripts;
        this.async = async;
    }

    @Override
    public boolean areAsyncByNature() {
        return false;
    }

    @Override
    public AcquireResult acquire(RedisCall<AcquireResult> call) {
        return scripts.run(call);
    }

    @Override
    public CompletableFuture<AcquireResult> acquireAsync(RedisCall<AcquireResult> call) {
        return async.start(call.operation(), call.lock()::fingerprint, () -> scripts.run(call));
    }

    @Override
    public void passOn(RedisCall<Void> call) {
        async.start(call.operation(), call.lock()::fingerprint, () -> scripts.run(call));
    }
}

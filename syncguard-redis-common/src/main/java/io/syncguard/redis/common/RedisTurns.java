package io.syncguard.redis.common;

import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.TurnAttempt;
import io.syncguard.spi.TurnQueue;
import io.syncguard.spi.TurnWakeUps;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A backend as one of the processes that wait in sorted sets, and that hear of their turns by the replies of releases and by messages on a
 * channel of their own. It subscribes when somebody first waits (WAI-4); in a cluster to a channel for each shard (CLU-5). Thread-safe.
 */
final class RedisTurns implements TurnQueue, AutoCloseable {
    /** Several times what a message and an attempt take in a data centre. */
    private static final Duration HOLD_BACK = Duration.ofMillis(2);

    /** How long an acquire and a release take on one machine: for so long the other process has the processors and the server to itself. */
    private static final Duration STAND_ASIDE = Duration.ofNanos(500_000);

    private final RedisRequests requests;
    private final RedisCalls calls;
    private final TurnWakeUps wakeUps;
    private final WakeUpSubscription subscription;

    RedisTurns(
            LockBackend backend, RedisRequests requests, RedisCalls calls, RedisLockBackend.Subscribing subscribing) {
        this.requests = requests;
        this.calls = calls;
        this.wakeUps = TurnWakeUps.over(backend, requests::stored, this, HOLD_BACK, STAND_ASIDE);
        this.subscription = subscribing.to(requests.channels(), new Messages(wakeUps));
        requests.tell(wakeUps);
    }

    private record Messages(TurnWakeUps wakeUps) implements WakeUpSubscription.Listener {
        /** Calls that came while there was none are not known. */
        @Override
        public void subscribed() {
            wakeUps.mayHaveMissed();
        }

        @Override
        public void messageReceived(byte[] message) {
            wakeUps.ourTurn(new String(message, StandardCharsets.UTF_8));
        }
    }

    TurnWakeUps wakeUps() {
        return wakeUps;
    }

    @Override
    public void listen(String stored) {
        subscription.start(requests.shard(stored));
    }

    @Override
    public boolean hears(String stored) {
        return subscription.isLive(requests.shard(stored));
    }

    @Override
    public AcquireResult acquire(TurnAttempt attempt) {
        return calls.call(requests.acquireInLine(attempt));
    }

    @Override
    public CompletableFuture<AcquireResult> acquireAsync(TurnAttempt attempt) {
        return calls.send(requests.acquireInLine(attempt));
    }

    @Override
    public CompletableFuture<?> passOn(String stored) {
        return calls.send(requests.passOn(stored));
    }

    @Override
    public boolean triesWhereWoken() {
        return calls.areAsyncByNature();
    }

    /** Hears nothing more, and then passes on what it has heard. The calls must not be closed yet. */
    @Override
    public void close() {
        subscription.close();
        wakeUps.close();
    }
}

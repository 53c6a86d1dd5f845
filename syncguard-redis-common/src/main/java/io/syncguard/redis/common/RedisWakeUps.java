package io.syncguard.redis.common;

import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.WakeUps;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Wakes the waiters of a backend by what releases say and by messages on a channel of its own, which it subscribes to
 * when somebody first waits (WAI-4); in a cluster it has a channel for each shard (CLU-5). Thread-safe.
 */
public final class RedisWakeUps implements WakeUps {
    private final RedisRequests requests;
    private final RedisCalls calls;
    private final Subscription subscription;
    private final Turns turns;

    /** How a client subscribes: on connections of its own, for as long as the backend lives. */
    public interface Subscription extends AutoCloseable {
        /**
         * Sees to it that there soon is a subscription, and again one whenever it breaks. Does not block.
         *
         * @param shard to which of the channels
         */
        void start(int shard);

        /** Returns whether the subscription to a shard's channel is there at this moment. */
        boolean isLive(int shard);

        /** Ends it and its connections. May be repeated. */
        @Override
        void close();
    }

    /** Hears of a subscription, on any thread; does not block. */
    public interface Hearer {
        /** The subscription is there, or there again. */
        void subscribed();

        /** A message has come. */
        void heard(byte[] message);
    }

    private RedisWakeUps(RedisRequests requests, RedisCalls calls, Subscription subscription) {
        this.requests = requests;
        this.calls = calls;
        this.subscription = subscription;
        this.turns = requests.turns();
    }

    /** Returns the wake-ups of a backend. */
    static RedisWakeUps of(RedisRequests requests, RedisCalls calls, Subscription subscription) {
        RedisWakeUps wakeUps = new RedisWakeUps(requests, calls, subscription);
        requests.turns().onUnwanted(stored -> calls.send(requests.passOn(stored)));
        return wakeUps;
    }

    /** Returns who is to hear of the subscription. */
    static Hearer hearer(RedisRequests requests) {
        Turns turns = requests.turns();
        return new Hearer() {
            /** What came while there was none is not known. */
            @Override
            public void subscribed() {
                turns.everybodysTurn();
            }

            @Override
            public void heard(byte[] message) {
                turns.ourTurn(new String(message, StandardCharsets.UTF_8));
            }
        };
    }

    @Override
    public Place enter(LockKey key, Runnable wake) {
        String stored = requests.stored(key);
        Waiter waiter = new Waiter(wake, key::fingerprint);
        turns.enter(stored, waiter);
        int shard = requests.shard(stored);
        subscription.start(shard);
        return new RedisPlace(key, stored, shard, waiter);
    }

    @Override
    public boolean triesWhereWoken() {
        return calls.areAsyncByNature();
    }

    @Override
    public Duration holdBack(LockKey key) {
        return unlessTooLong(() -> turns.holdBack(() -> requests.stored(key)));
    }

    @Override
    public Duration standAside(LockKey key) {
        return unlessTooLong(() -> turns.standAside(() -> requests.stored(key)));
    }

    private static Duration unlessTooLong(Supplier<Duration> time) {
        try {
            return time.get();
        } catch (LockException keyTooLong) {
            // The attempt says so, in the way of the view it is made through.
            return Duration.ZERO;
        }
    }

    private final class RedisPlace implements Place {
        private final LockKey key;
        private final String stored;
        private final int shard;
        private final Waiter waiter;

        RedisPlace(LockKey key, String stored, int shard, Waiter waiter) {
            this.key = key;
            this.stored = stored;
            this.shard = shard;
            this.waiter = waiter;
        }

        /** Who could not be told is not to be in anybody's way. */
        private RedisCall<AcquireResult> call(LockId id, Ttl ttl, Duration waited) {
            long callsBefore = waiter.calls();
            RedisCall<AcquireResult> call = subscription.isLive(shard)
                    ? requests.acquireInLine(key, id, ttl, waited, turns.holdBack(() -> stored))
                    : requests.acquire(key, id, ttl);
            return call.onAnswer(result -> waiter.answered(result, callsBefore));
        }

        @Override
        public AcquireResult acquire(LockId id, Ttl ttl, Duration waited) {
            return calls.call(call(id, ttl, waited));
        }

        @Override
        public CompletableFuture<AcquireResult> acquireAsync(LockId id, Ttl ttl, Duration waited) {
            RedisCall<AcquireResult> call;
            try {
                call = call(id, ttl, waited);
            } catch (LockException e) {
                // An id for another shard.
                return CompletableFuture.failedFuture(e);
            }
            return calls.send(call);
        }

        @Override
        public void close() {
            turns.leave(stored, waiter);
        }
    }
}

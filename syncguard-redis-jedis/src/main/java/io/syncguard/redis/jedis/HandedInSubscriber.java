package io.syncguard.redis.jedis;

import redis.clients.jedis.BinaryJedisPubSub;
import redis.clients.jedis.UnifiedJedis;

/** Subscribes through a client that was handed in, of whose pool that takes one connection. */
final class HandedInSubscriber implements JedisSubscription.Subscriber {
    private final UnifiedJedis client;

    HandedInSubscriber(UnifiedJedis client) {
        this.client = client;
    }

    @Override
    public void subscribe(BinaryJedisPubSub to, byte[] channel) {
        client.subscribe(to, channel);
    }

    /** The connection is the client's. */
    @Override
    public void cut() {}
}

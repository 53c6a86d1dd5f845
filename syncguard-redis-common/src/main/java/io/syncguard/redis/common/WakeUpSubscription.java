package io.syncguard.redis.common;

/** How a client subscribes to the channels of a backend that waits: on connections of its own, for as long as the backend lives. */
public interface WakeUpSubscription extends AutoCloseable {
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

    /** Hears of a subscription, on any thread. No method blocks. */
    interface Listener {
        /** The subscription is there, or there again. */
        void subscribed();

        /** A message has come. */
        void messageReceived(byte[] message);
    }
}

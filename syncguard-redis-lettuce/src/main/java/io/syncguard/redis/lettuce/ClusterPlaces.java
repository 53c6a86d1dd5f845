package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.models.partitions.Partitions;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The masters of a cluster that have the channels of its shards. Thread-safe. */
final class ClusterPlaces implements LettuceSubscription.Places {
    private final ClusterNodes cluster;

    ClusterPlaces(ClusterNodes cluster) {
        this.cluster = cluster;
    }

    @Override
    public LettuceSubscription.@Nullable Place of(byte[] channel) {
        CompletableFuture<Partitions> known = cluster.known();
        if (!known.isDone() || known.isCompletedExceptionally()) {
            return null;
        }
        RedisClusterNode owner = ClusterNodes.owner(known.join(), channel);
        if (owner == null) {
            return null;
        }
        RedisURI address = owner.getUri();
        return new LettuceSubscription.Place(
                address.getHost() + ":" + address.getPort(), () -> cluster.connectPubSub(address));
    }

    @Override
    public void refresh() {
        cluster.refresh();
    }

    @Override
    public boolean areSharded() {
        return true;
    }
}

package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.ByteArrayCodec;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends each call to the master that owns its slot, over one connection to each (CLU-4). Lettuce knows the masters; it is asked for
 * the connections to them, and to look again when a node redirects a call or cannot be reached. Thread-safe.
 */
final class ClusterRoute implements Route {
    private final RedisClusterClient client;
    private final Topology topology;
    private final LettuceServerCheck check;
    private final Map<String, Node> nodes = new ConcurrentHashMap<>();
    private volatile @Nullable CompletableFuture<StatefulRedisClusterConnection<byte[], byte[]>> current;
    private volatile boolean closed;

    /** A master and the connection to it; it may come back with its name at another address. */
    private record Node(String host, int port, LettuceConnection connection) {
        boolean isAt(RedisURI address) {
            return port == address.getPort() && host.equals(address.getHost());
        }
    }

    ClusterRoute(RedisClusterClient client, Topology topology, LettuceServerCheck check) {
        this.client = client;
        this.topology = topology;
        this.check = check;
    }

    @Override
    public void send(LettuceCall<?> call) {
        withCluster(call, this::sendToOwner);
    }

    private void withCluster(
            LettuceCall<?> call, BiConsumer<StatefulRedisClusterConnection<byte[], byte[]>, LettuceCall<?>> then) {
        CompletableFuture<StatefulRedisClusterConnection<byte[], byte[]>> cluster = get();
        if (cluster.isDone() && !cluster.isCompletedExceptionally()) {
            then.accept(cluster.join(), call);
        } else {
            // What becomes of the connection is passed on to the call, and nobody waits for the derived future.
            cluster.whenComplete((opened, failure) -> {
                if (failure == null) {
                    then.accept(opened, call);
                } else {
                    call.failed(
                            failure instanceof CompletionException && failure.getCause() != null
                                    ? failure.getCause()
                                    : failure);
                }
            });
        }
    }

    private CompletableFuture<StatefulRedisClusterConnection<byte[], byte[]>> get() {
        CompletableFuture<StatefulRedisClusterConnection<byte[], byte[]>> known = current;
        return known != null && !known.isCompletedExceptionally() ? known : reopen();
    }

    private synchronized CompletableFuture<StatefulRedisClusterConnection<byte[], byte[]>> reopen() {
        CompletableFuture<StatefulRedisClusterConnection<byte[], byte[]>> known = current;
        if (known != null && !known.isCompletedExceptionally()) {
            return known;
        }
        CompletableFuture<StatefulRedisClusterConnection<byte[], byte[]>> opening = topology.known()
                .thenCompose(known2 -> client.connectAsync(ByteArrayCodec.INSTANCE))
                .toCompletableFuture();
        opening.thenAccept(opened -> {
            if (closed) {
                opened.closeAsync();
            }
        });
        current = opening;
        return opening;
    }

    private void sendToOwner(StatefulRedisClusterConnection<byte[], byte[]> cluster, LettuceCall<?> call) {
        RedisClusterNode owner = cluster.getPartitions().getMasterBySlot(SlotHash.getSlot(call.firstKey()));
        if (owner == null) {
            topology.refresh();
            call.failed(new RedisException("no master has the slot of this lock"));
            return;
        }
        LettuceConnection connection = connection(cluster, owner);
        if (!connection.isUp()) {
            // If it is for more than a moment, another will be master.
            topology.refresh();
        }
        connection.send(call);
    }

    private LettuceConnection connection(
            StatefulRedisClusterConnection<byte[], byte[]> cluster, RedisClusterNode node) {
        RedisURI address = node.getUri();
        Node known = nodes.get(node.getNodeId());
        if (known != null && known.isAt(address)) {
            return known.connection();
        }
        String host = address.getHost();
        int port = address.getPort();
        Node fresh = nodes.compute(
                node.getNodeId(),
                (id, other) -> other != null && other.isAt(address)
                        ? other
                        : new Node(
                                host,
                                port,
                                new LettuceConnection(check.after(() -> cluster.getConnectionAsync(host, port)))));
        return fresh.connection();
    }

    @Override
    public boolean redirect(LettuceCall<?> call, String error) {
        Redirection to = Redirection.of(error);
        if (to == null) {
            resendOnceKnown(call);
            return true;
        }
        if (!to.asking()) {
            topology.refresh();
        }
        withCluster(call, (cluster, redirected) -> {
            RedisClusterNode node = cluster.getPartitions().getPartition(to.host(), to.port());
            if (node == null) {
                resendOnceKnown(redirected);
            } else {
                LettuceConnection connection = connection(cluster, node);
                if (to.asking()) {
                    connection.sendAsking(redirected);
                } else {
                    connection.send(redirected);
                }
            }
        });
        return true;
    }

    /** A node that nobody has told us of. */
    private void resendOnceKnown(LettuceCall<?> call) {
        topology.refresh();
        if (!call.sendLater()) {
            call.failed(new RedisException("the nodes of the cluster did not agree on who has the slot of this lock"));
        }
    }

    @Override
    public boolean isReader() {
        for (Node node : nodes.values()) {
            if (node.connection().isReader()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean isUp() {
        return nodes.values().stream().anyMatch(node -> node.connection().isUp());
    }

    @Override
    public void close() {
        closed = true;
        CompletableFuture<StatefulRedisClusterConnection<byte[], byte[]>> known = current;
        if (known == null) {
            return;
        }
        Closing.await(known.thenCompose(StatefulRedisClusterConnection::closeAsync));
    }
}

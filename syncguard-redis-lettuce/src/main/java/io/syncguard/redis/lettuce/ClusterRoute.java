package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.models.partitions.Partitions;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.netty.util.concurrent.EventExecutorGroup;
import io.syncguard.spi.CallDeadlines;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends each call to the master that owns its slot, over one connection to each (CLU-4). Lettuce knows the masters, and is asked to
 * look again when a node redirects a call, cannot be reached, or does not answer. Thread-safe.
 */
final class ClusterRoute implements Route {
    private final ClusterNodes cluster;
    private final LettuceServerCheck check;
    private final CallDeadlines deadlines;
    private final EventExecutorGroup timer;
    private final Map<String, Node> nodes = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** A node and the connection to it; it may come back with its name at another address. */
    private record Node(String host, int port, LettuceConnection connection) {
        boolean isAt(RedisURI address) {
            return port == address.getPort() && host.equals(address.getHost());
        }
    }

    ClusterRoute(ClusterNodes cluster, LettuceServerCheck check, CallDeadlines deadlines, EventExecutorGroup timer) {
        this.cluster = cluster;
        this.check = check;
        this.deadlines = deadlines;
        this.timer = timer;
        cluster.onNews(this::closeThoseThatLeft);
    }

    private void closeThoseThatLeft(Partitions known) {
        nodes.forEach((id, node) -> {
            RedisClusterNode still = known.getPartitionByNodeId(id);
            if ((still == null || !node.isAt(still.getUri())) && nodes.remove(id, node)) {
                node.connection().closeAsync();
            }
        });
    }

    @Override
    public void send(LettuceCall<?> call) {
        withNodes(call, this::sendToOwner);
    }

    private void withNodes(LettuceCall<?> call, BiConsumer<Partitions, LettuceCall<?>> then) {
        CompletableFuture<Partitions> known = cluster.known();
        if (known.isDone() && !known.isCompletedExceptionally()) {
            then.accept(known.join(), call);
        } else {
            // What becomes of it is passed on to the call, and nobody waits for the derived future.
            known.whenComplete((found, failure) -> {
                if (failure == null) {
                    then.accept(found, call);
                } else {
                    call.failed(
                            failure instanceof CompletionException && failure.getCause() != null
                                    ? failure.getCause()
                                    : failure);
                }
            });
        }
    }

    private void sendToOwner(Partitions known, LettuceCall<?> call) {
        RedisClusterNode owner = ClusterNodes.owner(known, call.firstKey());
        if (owner == null) {
            cluster.refresh();
            call.failed(new RedisException("no master has the slot of this lock"));
            return;
        }
        LettuceConnection connection = connection(owner);
        if (connection.isSilent()) {
            cluster.refresh();
            askAround(known, connection).send(call);
            return;
        }
        if (!connection.isUp()) {
            // If it is for more than a moment, another will be master.
            cluster.refresh();
        }
        connection.send(call);
    }

    /**
     * Returns the connection to some other node, which knows soon who has taken the place of one that does not answer, and
     * redirects the call there. Lettuce's own look at the nodes waits for the silent one as well, for as long as its timeouts say.
     */
    private LettuceConnection askAround(Partitions known, LettuceConnection silent) {
        List<LettuceConnection> down = new ArrayList<>();
        for (RedisClusterNode node : known) {
            LettuceConnection other = connection(node);
            if (other != silent && !other.isSilent()) {
                if (other.isUp()) {
                    return other;
                }
                down.add(other);
            }
        }
        return down.isEmpty() ? silent : down.get(ThreadLocalRandom.current().nextInt(down.size()));
    }

    private LettuceConnection connection(RedisClusterNode node) {
        RedisURI address = node.getUri();
        Node known = nodes.get(node.getNodeId());
        if (known != null && known.isAt(address)) {
            return known.connection();
        }
        Node fresh = new Node(
                address.getHost(),
                address.getPort(),
                new LettuceConnection(check.after(() -> cluster.connect(address)), deadlines, timer));
        boolean isOurs = known == null
                ? nodes.putIfAbsent(node.getNodeId(), fresh) == null
                : nodes.replace(node.getNodeId(), known, fresh);
        if (!isOurs) {
            return connection(node);
        }
        if (known != null) {
            known.connection().closeAsync();
        }
        if (closed) {
            fresh.connection().closeAsync();
        }
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
            cluster.refresh();
        }
        withNodes(call, (known, redirected) -> {
            RedisClusterNode node = known.getPartition(to.host(), to.port());
            if (node == null) {
                resendOnceKnown(redirected);
            } else if (to.asking()) {
                connection(node).sendAsking(redirected);
            } else {
                connection(node).send(redirected);
            }
        });
        return true;
    }

    /** A node that nobody has told us of. */
    private void resendOnceKnown(LettuceCall<?> call) {
        cluster.refresh();
        if (!call.sendLater()) {
            call.failed(new RedisException("the nodes of the cluster did not agree on who has the slot of this lock"));
        }
    }

    @Override
    public void fellSilent(LettuceConnection connection, @Nullable Pipeline pipeline) {
        connection.fellSilent(pipeline);
        cluster.refresh();
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
        Closing.await(CompletableFuture.allOf(nodes.values().stream()
                .map(node -> node.connection().closeAsync())
                .toArray(CompletableFuture<?>[]::new)));
    }
}

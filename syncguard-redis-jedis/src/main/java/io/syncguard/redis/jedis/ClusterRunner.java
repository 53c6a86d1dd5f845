package io.syncguard.redis.jedis;

import io.syncguard.redis.common.RedisErrors;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisClusterException;
import redis.clients.jedis.exceptions.JedisClusterOperationException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisRedirectionException;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * Runs commands in a cluster on the caller's thread: sends each to the owner of its first key's slot, and follows redirections, after
 * which a server has done nothing. It never sends again what may have reached a server (CLU-3).
 */
final class ClusterRunner implements CommandRunner {
    /** More than two nodes that name each other need to agree, within the pauses. */
    private static final int MOST_HOPS = 16;

    private static final int HOPS_WITHOUT_PAUSE = 3;
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final ClusterConnections cluster;
    private volatile boolean closed;

    ClusterRunner(ClusterConnections cluster) {
        this.cluster = cluster;
    }

    @Override
    public @Nullable Object run(CommandObject<Object> object, InFlightCall call) {
        try {
            return route(object.getArguments(), call);
        } catch (RuntimeException e) {
            if (closed) {
                call.end(InFlightCall.End.CLOSED);
            }
            throw JedisFailures.isPoolClosed(e) && cluster.isClientClosed() ? new ClientClosedException(e) : e;
        }
    }

    private @Nullable Object route(CommandArguments command, InFlightCall call) {
        int slot = slot(command);
        // A node that is silent for so long may have been replaced.
        call.whenHalfTimeIsOver(cluster::lookSoon);
        String node = cluster.owner(slot, call);
        boolean asking = false;
        long pauseNanos = FIRST_PAUSE_NANOS;
        for (int hops = 1; ; hops++) {
            ServerConnections connections = null;
            try {
                connections = cluster.to(node, call);
                return connections.run(command, asking, call);
            } catch (JedisRedirectionException redirection) {
                call.goOn();
                if (hops == MOST_HOPS) {
                    throw new JedisClusterOperationException("too many redirections", redirection);
                }
                asking = redirection instanceof JedisAskDataException;
                String target = target(redirection, node);
                if (!asking) {
                    cluster.moved(slot, node, target);
                }
                node = target;
                if (hops > HOPS_WITHOUT_PAUSE) {
                    call.pause(Math.min(pauseNanos, call.leftNanos()));
                    pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
                }
            } catch (RuntimeException e) {
                String other = hops == MOST_HOPS ? null : elsewhere(e, slot, node, connections, call);
                if (other == null) {
                    throw e;
                }
                node = other;
                asking = false;
            }
        }
    }

    private static int slot(CommandArguments command) {
        List<Object> keys = command.getKeys();
        if (keys.isEmpty()) {
            return -1;
        }
        // Before Jedis 8 it is the key as it was given.
        Object first = keys.get(0);
        byte[] key = first instanceof Argument given ? given.getRaw() : (byte[]) first;
        return JedisClusterCRC16.getSlot(key);
    }

    private static String target(JedisRedirectionException redirection, String from) {
        HostAndPort target = redirection.getTargetNode();
        return SlotOwners.named(target.getHost(), target.getPort(), from);
    }

    /** Returns where to go after a failure; null if the call has failed. */
    private @Nullable String elsewhere(
            RuntimeException failure,
            int slot,
            String node,
            @Nullable ServerConnections connections,
            InFlightCall call) {
        if (failure instanceof JedisDataException answer) {
            if (answer instanceof JedisClusterException || RedisErrors.isDemoted(answer.getMessage())) {
                cluster.doubt(node);
            }
            return null;
        }
        boolean poolClosed = JedisFailures.isPoolClosed(failure);
        if (poolClosed && connections != null) {
            cluster.drop(node, connections);
        }
        if (call.ended() != null || call.wasSent()) {
            cluster.lookSoon();
            return null;
        }
        call.goOn();
        if (slot < 0) {
            return cluster.owner(slot, call);
        }
        String owner = cluster.ownerAfterLoss(slot, call);
        return owner == null || (owner.equals(node) && !poolClosed) ? null : owner;
    }

    @Override
    public void fellSilent() {
        cluster.lookSoon();
    }

    @Override
    public void close() {
        closed = true;
        cluster.close();
    }
}

package io.syncguard.redis.jedis;

import io.syncguard.redis.common.RedisAddress;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.spi.CallDeadlines;
import io.syncguard.spi.DaemonThreads;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.commons.pool2.PooledObjectFactory;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.providers.ClusterConnectionProvider;

/**
 * A backend's own connections to the nodes of a cluster, and what is known of who owns which slots. Nodes are asked for that on threads
 * of ours; callers wait for them only where they know no node to go to. Thread-safe.
 */
final class ClusterConnections {
    /** How often nodes are asked at the most while callers know where to go. */
    private static final long LOOK_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final CallWatchdog watchdog;
    private final ExecutorService workers;
    private final ClusterNodes nodes;
    private final int connections;
    private final CallDeadlines deadlines;
    private final Map<String, ServerConnections> byNode = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable CompletableFuture<SlotOwners>> looking = new AtomicReference<>();
    private final AtomicReference<@Nullable CompletableFuture<Boolean>> learning = new AtomicReference<>();
    private final AtomicReference<@Nullable SlotOwners> owners = new AtomicReference<>();
    private final AtomicInteger turn = new AtomicInteger();
    private volatile long lookedNanos = System.nanoTime() - LOOK_PAUSE_NANOS;

    /** The node that knew most when one was last asked; empty before. */
    private volatile String bestInformed = "";

    /** The node that was the last to say that it cannot serve; empty before. */
    private volatile String doubted = "";

    private volatile boolean closed;

    /**
     * @param connections how many to each node
     * @param deadlines say how long nodes are asked at the most
     */
    ClusterConnections(
            CallWatchdog watchdog,
            ExecutorService workers,
            ClusterNodes nodes,
            int connections,
            CallDeadlines deadlines) {
        this.watchdog = watchdog;
        this.workers = workers;
        this.nodes = nodes;
        this.connections = connections;
        this.deadlines = deadlines;
    }

    /**
     * Returns connections to the cluster of a URI.
     *
     * @param connections how many to each node
     */
    static ClusterConnections to(RedisAddress address, RedisOptions options, CallDeadlines deadlines, int connections) {
        CallWatchdog watchdog = new CallWatchdog();
        return new ClusterConnections(
                watchdog, workers(), new OwnClusterNodes(address, options, watchdog), connections, deadlines);
    }

    /**
     * Returns connections that are opened as a client opens them that was handed in.
     *
     * @param connections how many to each node
     */
    static ClusterConnections likeThoseOf(ClusterConnectionProvider client, CallDeadlines deadlines, int connections) {
        ExecutorService workers = workers();
        return new ClusterConnections(
                new CallWatchdog(),
                workers,
                new HandedInClusterNodes(client, connections, workers),
                connections,
                deadlines);
    }

    private static ExecutorService workers() {
        return DaemonThreads.perTask("syncguard-jedis-cluster");
    }

    /**
     * Returns the owner of a slot, or any master for a negative slot and one that nobody owns. Waits within the call's time if nothing is
     * known yet.
     *
     * @throws JedisException if no node says
     */
    String owner(int slot, InFlightCall call) {
        SlotOwners known = owners.get();
        if (known == null) {
            known = call.await(look());
        }
        String owner = slot < 0 ? null : known.of(slot);
        if (owner == null && slot >= 0 && isLookDue()) {
            known = call.await(look());
            owner = known.of(slot);
        }
        return owner != null
                ? owner
                : known.masters()
                        .get(Math.floorMod(
                                turn.getAndIncrement(), known.masters().size()));
    }

    /**
     * Returns the connections to a node. Waits within the call's time for a client that does not know the node yet.
     *
     * @throws JedisException if it still does not
     */
    ServerConnections to(String node, InFlightCall call) {
        ServerConnections known = begun(node);
        long pauseNanos = FIRST_PAUSE_NANOS;
        while (known == null && !closed && !nodes.isClosed() && call.leftNanos() > pauseNanos) {
            var unused = call.await(learn());
            known = begun(node);
            if (known == null) {
                // The application may be looking at this moment, which the client does not do twice at a time.
                call.pause(pauseNanos);
                pauseNanos = Math.min(2 * pauseNanos, LOOK_PAUSE_NANOS);
            }
        }
        if (known == null) {
            throw closed || nodes.isClosed()
                    ? ServerConnections.closedException()
                    : new JedisConnectionException("the client for the cluster does not know the node " + node);
        }
        return known;
    }

    private @Nullable ServerConnections begun(String node) {
        ServerConnections known = byNode.get(node);
        if (known == null) {
            known = byNode.computeIfAbsent(node, this::begin);
            if (closed && known != null) {
                known.close();
            }
        }
        return known;
    }

    private @Nullable ServerConnections begin(String node) {
        ConnectionSource source = nodes.source(node);
        return source == null ? null : new ServerConnections(source, connections, ServerConnections.UNUSED, watchdog);
    }

    /** Forgets connections that were closed by the owner of the client. */
    void drop(String node, ServerConnections gone) {
        byNode.remove(node, gone);
        gone.close();
    }

    /** Called when one node has named another as the owner of a slot. */
    void moved(int slot, String from, String to) {
        owners.updateAndGet(known -> known == null || slot < 0 ? known : known.with(slot, to));
        bestInformed = from;
        lookSoon();
    }

    /** Called when a node says that it is no master any more, or alone: others know better. */
    void doubt(String node) {
        doubted = node;
        lookSoon();
    }

    /** Has nodes asked who owns the slots, unless they were a moment ago. Does not block. */
    void lookSoon() {
        if (isLookDue()) {
            var unused = look();
        }
    }

    /**
     * Returns who owns a slot after a node could not be reached, waiting within the call's time for nodes that are being asked; null if
     * nobody says.
     */
    @Nullable
    String ownerAfterLoss(int slot, InFlightCall call) {
        CompletableFuture<SlotOwners> running = isLookDue() ? look() : looking.get();
        try {
            SlotOwners known = running == null ? owners.get() : call.await(running);
            return known == null ? null : known.of(slot);
        } catch (JedisException noneAnswers) {
            return null;
        }
    }

    private boolean isLookDue() {
        return System.nanoTime() - lookedNanos >= LOOK_PAUSE_NANOS;
    }

    /** Returns the answer of the nodes that are being asked, or else that of those that are asked now. */
    CompletableFuture<SlotOwners> look() {
        return onWorker(looking, this::askNodes);
    }

    /** Has the client look for nodes that it does not know yet. */
    CompletableFuture<Boolean> learn() {
        return onWorker(learning, () -> {
            nodes.learn();
            return true;
        });
    }

    /** How something is found out that takes its time. */
    private interface Finding<T> {
        T find() throws InterruptedException;
    }

    private <T> CompletableFuture<T> onWorker(
            AtomicReference<@Nullable CompletableFuture<T>> under, Finding<T> finding) {
        CompletableFuture<T> begun = new CompletableFuture<>();
        CompletableFuture<T> running = under.compareAndExchange(null, begun);
        if (running != null) {
            return running;
        }
        try {
            workers.execute(() -> {
                try {
                    T found = finding.find();
                    under.set(null);
                    begun.complete(found);
                } catch (Throwable e) {
                    under.set(null);
                    begun.completeExceptionally(e);
                }
            });
            if (closed) {
                begun.cancel(false);
            }
        } catch (RejectedExecutionException e) {
            begun.completeExceptionally(ServerConnections.closedException());
        } catch (OutOfMemoryError noThread) {
            under.set(null);
            begun.completeExceptionally(new JedisException("no thread can be started to ask the nodes", noThread));
        }
        return begun;
    }

    private SlotOwners askNodes() throws InterruptedException {
        long now = System.nanoTime();
        lookedNanos = now;
        long deadlineNanos = now + deadlines.openingNanos();
        SlotOwners found =
                new ClusterLook(workers, node -> ask(node, deadlineNanos)).among(candidates(), deadlineNanos);
        owners.set(found);
        byNode.forEach((node, left) -> {
            if (!found.nodes().contains(node)) {
                drop(node, left);
            }
        });
        return found;
    }

    private Collection<String> candidates() {
        Set<String> candidates = new LinkedHashSet<>();
        if (!bestInformed.isEmpty()) {
            candidates.add(bestInformed);
        }
        SlotOwners known = owners.get();
        if (known != null) {
            candidates.addAll(known.masters());
            candidates.addAll(known.nodes());
        }
        candidates.addAll(nodes.first());
        String last = doubted;
        if (candidates.remove(last)) {
            candidates.add(last);
        }
        return candidates;
    }

    private SlotOwners ask(String node, long deadlineNanos) {
        ServerConnections asked = begun(node);
        if (asked == null) {
            throw new JedisConnectionException("the client for the cluster does not know the node " + node);
        }
        Object reply = asked.run(SlotOwners.question(), false, new InFlightCall(deadlineNanos));
        SlotOwners told = SlotOwners.from(reply, node);
        if (told == null) {
            throw new JedisConnectionException("the node " + node + " knows of no owner of any slot");
        }
        bestInformed = node;
        return told;
    }

    /** Returns what opens connections to a node on the calling thread; null if the client does not know it yet. */
    @Nullable
    PooledObjectFactory<Connection> factory(String node) {
        return nodes.factory(node);
    }

    /** Returns whether the owner of the client has closed it. */
    boolean isClientClosed() {
        return nodes.isClosed();
    }

    /** Ends calls in flight and closes the connections. */
    void close() {
        closed = true;
        watchdog.close();
        cancel(looking.get());
        cancel(learning.get());
        byNode.values().forEach(ServerConnections::close);
        WorkerThreads.end(workers);
    }

    private static void cancel(@Nullable CompletableFuture<?> running) {
        if (running != null) {
            running.cancel(false);
        }
    }
}

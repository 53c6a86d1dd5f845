package io.syncguard.redis.lettuce;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.resource.ClientResources;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.ScheduledFuture;
import io.syncguard.LockErrorCode;
import io.syncguard.redis.common.RedisCall;
import io.syncguard.redis.common.RedisFailures;
import io.syncguard.redis.common.RedisTransport;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.CallDeadlines;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The calls in flight over the backend's routes, which take turns. A timer of Lettuce's looks a hundred times a
 * second, while there are any, whether the time of one is over (OPT-2). Thread-safe.
 */
final class LettuceTransport implements RedisTransport.Async {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** With very many calls, looking at them all must not keep a processor busy: so many times that long is rested. */
    private static final int REST = 20;

    private static final long LONGEST_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final List<Route> routes;
    private final ClientResources client;
    private final Runnable waitCheck;
    private final Runnable closeClient;
    private final EventExecutorGroup timer;
    private final CallDeadlines deadlines;
    private final AtomicInteger turn = new AtomicInteger();
    private final Set<LettuceCall<?>> inFlight = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean ticking = new AtomicBoolean();
    private volatile @Nullable ScheduledFuture<?> tick;
    private volatile boolean closed;

    private LettuceTransport(
            AbstractRedisClient client,
            Supplier<Route> route,
            int routes,
            CallDeadlines deadlines,
            Runnable waitCheck,
            Runnable closeClient) {
        this.routes = Stream.generate(route).limit(routes).toList();
        this.client = client.getResources();
        this.timer = this.client.eventExecutorGroup();
        this.deadlines = deadlines;
        this.waitCheck = waitCheck;
        this.closeClient = closeClient;
    }

    /**
     * Returns the way to one server, or to the master that sentinels name.
     *
     * @param client whose timer is used
     * @param opener opens a connection
     * @param deadlines say when calls end
     * @param closeClient closes what is ours of the client
     */
    static LettuceTransport toServer(
            RedisClient client,
            Supplier<CompletionStage<StatefulRedisConnection<byte[], byte[]>>> opener,
            LettuceServerCheck check,
            CallDeadlines deadlines,
            int connections,
            Runnable closeClient) {
        return new LettuceTransport(
                client,
                () -> new LettuceConnection(
                        check.after(opener), deadlines, client.getResources().eventExecutorGroup()),
                connections,
                deadlines,
                () -> LettuceWaitCheck.run(opener, deadlines),
                closeClient);
    }

    /**
     * Returns the way to the masters of a cluster.
     *
     * @param client whose timer is used
     * @param deadlines say when calls end
     * @param connections how many to each master
     * @param closeClient closes what is ours of the client
     */
    static LettuceTransport toCluster(
            RedisClusterClient client,
            ClusterNodes cluster,
            LettuceServerCheck check,
            CallDeadlines deadlines,
            int connections,
            Runnable closeClient) {
        return new LettuceTransport(
                client,
                () -> new ClusterRoute(
                        cluster, check, deadlines, client.getResources().eventExecutorGroup()),
                connections,
                deadlines,
                () -> LettuceWaitCheck.run(cluster::connectToAny, deadlines),
                () -> {
                    cluster.close();
                    closeClient.run();
                });
    }

    @Override
    public void requireWait() {
        waitCheck.run();
    }

    @Override
    public <T extends @Nullable Object> CompletableFuture<T> send(RedisCall<T> request) {
        LettuceCall<T> call = new LettuceCall<>(this, next(), request, System.nanoTime());
        if (closed) {
            call.abort();
            return call;
        }
        inFlight.add(call);
        call.send();
        if (closed) {
            call.abort();
        }
        keepTicking();
        return call;
    }

    @Override
    public <T extends @Nullable Object> T call(RedisCall<T> request) {
        if (!mayBlock()) {
            throw RedisFailures.of(
                    LockErrorCode.ABORTED,
                    false,
                    request.operation(),
                    request.lock(),
                    "this is a thread that reads Redis' replies, as in a callback of Lettuce's or of an asynchronous"
                            + " call; blocking it would wait for a reply it cannot read. Stay asynchronous, or move"
                            + " the call to another thread; nothing was sent",
                    null);
        }
        return AsyncLockBackend.await(() -> send(request), request.operation(), request.lock()::fingerprint);
    }

    @Override
    public boolean mayBlock() {
        for (Route route : routes) {
            if (route.isReader()) {
                return false;
            }
        }
        return true;
    }

    private Route next() {
        int count = routes.size();
        return routes.get(count == 1 ? 0 : Math.floorMod(turn.getAndIncrement(), count));
    }

    /** Sends a call once more, after a pause. */
    void later(LettuceCall<?> call, long nanos) {
        try {
            timer.schedule(call::send, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            call.failed(e);
        }
    }

    /** Called with each call that is no longer in flight. */
    void ended(LettuceCall<?> call) {
        inFlight.remove(call);
    }

    CallDeadlines deadlines() {
        return deadlines;
    }

    boolean isClosed() {
        return closed;
    }

    /** Returns whether the client's owner, who is not us, has shut it down together with its threads. */
    boolean isClientShutDown() {
        return timer.isShuttingDown();
    }

    /** Returns whether any of the connections stands right now. */
    boolean isUp() {
        return routes.stream().anyMatch(Route::isUp);
    }

    /** Returns whether a server was reached that does not answer the TLS handshake; known of a client of ours alone. */
    boolean isEncrypting() {
        return client.nettyCustomizer() instanceof OwnChannels own && own.areEncrypting();
    }

    private void keepTicking() {
        if (!ticking.get() && !inFlight.isEmpty() && ticking.compareAndSet(false, true)) {
            schedule(TICK_NANOS);
        }
    }

    private void schedule(long nanos) {
        try {
            tick = timer.schedule(this::tick, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // Its owner has shut the client down: nothing answers calls any more.
            ticking.set(false);
            inFlight.forEach(call -> call.failed(e));
        }
    }

    private void tick() {
        long now = System.nanoTime();
        inFlight.forEach(call -> {
            call.endIfDue(now);
            call.suspectIfUnheard(now);
            call.sendAgainIfForgotten();
        });
        if (inFlight.isEmpty()) {
            ticking.set(false);
            keepTicking();
        } else if (!closed) {
            long rest = (System.nanoTime() - now) * REST;
            schedule(Math.min(LONGEST_TICK_NANOS, Math.max(TICK_NANOS, rest)));
        }
    }

    @Override
    public void close() {
        closed = true;
        inFlight.forEach(LettuceCall::abort);
        ScheduledFuture<?> last = tick;
        if (last != null) {
            last.cancel(false);
        }
        routes.forEach(Route::close);
        closeClient.run();
    }
}

package io.syncguard.redis.common;

import io.syncguard.LockException;
import io.syncguard.spi.ExecutorAsyncBackend;
import io.syncguard.spi.LockBackend;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes calls in either view. One that needs a thread has one of ours, unless it blocks its caller. Thread-safe. */
final class RedisCalls implements AutoCloseable {
    private final RedisTransport transport;

    /** Sends, if the client can. */
    private final RedisTransport.@Nullable Async sender;

    /** Has the threads otherwise. */
    private final @Nullable ExecutorAsyncBackend threads;

    private RedisCalls(
            RedisTransport transport, RedisTransport.@Nullable Async sender, @Nullable ExecutorAsyncBackend threads) {
        this.transport = transport;
        this.sender = sender;
        this.threads = threads;
    }

    /** Returns the calls of a backend. */
    static RedisCalls over(RedisTransport transport, LockBackend backend) {
        if (transport instanceof RedisTransport.Async async) {
            return new RedisCalls(transport, async, null);
        }
        RedisTransport.Blocking blocking = (RedisTransport.Blocking) transport;
        return new RedisCalls(
                transport, null, ExecutorAsyncBackend.onThreads(backend, blocking.deadlines(), blocking.mostCalls()));
    }

    /** Returns whether an asynchronous call only sends a request, on no thread of its own. */
    boolean areAsyncByNature() {
        return sender != null;
    }

    /** Returns whether the calling thread may wait for an answer (OPT-5). */
    boolean mayBlock() {
        return transport.mayBlock();
    }

    /** Makes a call on the calling thread. */
    <T extends @Nullable Object> T call(RedisCall<T> call) {
        return transport.call(call);
    }

    /** Makes a call without blocking. Throws nothing. */
    <T extends @Nullable Object> CompletableFuture<T> send(RedisCall<T> call) {
        return send(call, false);
    }

    /** As {@link #send(RedisCall)}, for one that must not queue behind the calls of users: a heartbeat, or settling. */
    <T extends @Nullable Object> CompletableFuture<T> sendInBackground(RedisCall<T> call) {
        return send(call, true);
    }

    private <T extends @Nullable Object> CompletableFuture<T> send(RedisCall<T> call, boolean inBackground) {
        if (sender != null) {
            return sender.send(call);
        }
        ExecutorAsyncBackend on = threads;
        if (on == null) {
            throw new IllegalStateException("neither a sender nor threads");
        }
        Supplier<T> body = () -> transport.call(call);
        return inBackground
                ? on.startInBackground(call.operation(), call.lock()::fingerprint, body)
                : on.start(call.operation(), call.lock()::fingerprint, body);
    }

    /** Makes a call that may not be possible, as one with a key that is too long, without blocking. Throws nothing. */
    <T extends @Nullable Object> CompletableFuture<T> send(Supplier<RedisCall<T>> request, boolean inBackground) {
        RedisCall<T> call;
        try {
            call = request.get();
        } catch (LockException e) {
            return CompletableFuture.failedFuture(e);
        }
        return send(call, inBackground);
    }

    /** Returns a setting of a server, as {@link RedisTransport#setting} does. */
    @Nullable
    String setting(byte[] name, String setting) {
        return transport.setting(name, setting);
    }

    /** Ends calls in flight, and leaves no thread of ours. */
    @Override
    public void close() {
        transport.close();
        if (threads != null) {
            threads.close();
        }
    }
}

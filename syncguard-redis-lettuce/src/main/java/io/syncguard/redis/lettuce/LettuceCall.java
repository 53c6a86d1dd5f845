package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.syncguard.redis.common.ScriptCall;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** One script call on its way: by digest, and by source where the server does not know the digest. */
final class LettuceCall extends CompletableFuture<byte[]> {
    private final LettuceConnection shared;
    private final ScriptCall script;
    private volatile @Nullable RedisFuture<byte[]> command;
    private volatile boolean sent;
    private volatile long breaksAtSend;

    LettuceCall(LettuceConnection shared, ScriptCall script) {
        this.shared = shared;
        this.script = script;
    }

    /** Sends the call as soon as there is a connection. Does not block. */
    void start() {
        // What becomes of the connection is passed on to this future, and nobody waits for the derived one.
        var unused = shared.get().whenComplete((connection, failure) -> {
            if (failure != null) {
                completeExceptionally(unwrapped(failure));
            } else {
                send(connection, CommandType.EVALSHA, script.script().sha1());
            }
        });
    }

    private void send(StatefulRedisConnection<byte[], byte[]> connection, CommandType type, byte[] head) {
        if (isDone()) {
            return;
        }
        breaksAtSend = shared.breaks();
        sent = true;
        RedisFuture<byte[]> reply = connection.async().dispatch(type, new ReplyOutput(shared), arguments(head));
        command = reply;
        if (isDone()) {
            boolean unused = reply.cancel(true);
        }
        var unused = reply.whenComplete((value, failure) -> {
            Throwable cause = unwrapped(failure);
            if (cause == null) {
                complete(value);
            } else if (cause instanceof RedisNoScriptException && type == CommandType.EVALSHA) {
                // The server did not run anything. By source, which caches the script as well.
                send(connection, CommandType.EVAL, script.script().source());
            } else {
                completeExceptionally(cause);
            }
        });
    }

    private CommandArgs<byte[], byte[]> arguments(byte[] head) {
        CommandArgs<byte[], byte[]> arguments = new CommandArgs<>(ByteArrayCodec.INSTANCE)
                .add(head)
                .add(script.script().keyCount());
        for (byte[] key : script.keys()) {
            arguments.addKey(key);
        }
        for (byte[] argument : script.arguments()) {
            arguments.add(argument);
        }
        return arguments;
    }

    private static @Nullable Throwable unwrapped(@Nullable Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Ends the call: what was not written yet never is, and a reply that still comes is nobody's. */
    void drop() {
        boolean unused = cancel(false);
        RedisFuture<byte[]> underWay = command;
        if (underWay != null) {
            unused = underWay.cancel(true);
        }
    }

    /** Returns whether the request may have reached the server. */
    boolean wasSent() {
        return sent;
    }

    /** Returns whether the reply may be that of a second send, Lettuce having reconnected meanwhile. */
    boolean maybeSentTwice() {
        return shared.breaks() != breaksAtSend;
    }
}

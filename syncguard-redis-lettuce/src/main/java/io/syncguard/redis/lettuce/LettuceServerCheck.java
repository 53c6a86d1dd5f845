package io.syncguard.redis.lettuce;

import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.syncguard.redis.common.ServerCheck;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks a server through Lettuce, once, for settings to warn of. Thread-safe. */
final class LettuceServerCheck {
    private final AtomicBoolean asked;

    LettuceServerCheck() {
        this(false);
    }

    private LettuceServerCheck(boolean asked) {
        this.asked = new AtomicBoolean(asked);
    }

    /** Returns one that asks nothing. */
    static LettuceServerCheck none() {
        return new LettuceServerCheck(true);
    }

    /** Returns what opens connections, and asks over the first of all. */
    Supplier<CompletionStage<StatefulRedisConnection<byte[], byte[]>>> after(
            Supplier<CompletionStage<StatefulRedisConnection<byte[], byte[]>>> opener) {
        return () -> opener.get().thenApply(connection -> {
            if (asked.compareAndSet(false, true)) {
                run(connection.async());
            }
            return connection;
        });
    }

    /** Asks, and logs warnings once the answers are there; does nothing if the server refuses to tell. Does not block. */
    private static void run(RedisAsyncCommands<byte[], byte[]> commands) {
        commands.info().thenCompose(info -> (ServerCheck.needsSave(info) ? save(commands) : unknown())
                .thenAccept(save -> ServerCheck.warn(info, save.value())));
    }

    private record Save(@Nullable String value) {}

    private static CompletionStage<Save> save(RedisAsyncCommands<byte[], byte[]> commands) {
        return commands.configGet("save").thenApply(found -> new Save(found.get("save")));
    }

    private static CompletionStage<Save> unknown() {
        return CompletableFuture.completedFuture(new Save(null));
    }
}

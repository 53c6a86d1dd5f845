package io.syncguard.redis.lettuce;

import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.syncguard.redis.common.ServerCheck;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks a server through Lettuce for settings to warn of. Stateless. */
final class LettuceServerCheck {
    private LettuceServerCheck() {}

    /** Returns what opens connections, and asks over the first of them. */
    static Supplier<CompletionStage<StatefulRedisConnection<byte[], byte[]>>> after(
            Supplier<CompletionStage<StatefulRedisConnection<byte[], byte[]>>> opener) {
        AtomicBoolean asked = new AtomicBoolean();
        return () -> opener.get().thenApply(connection -> {
            if (asked.compareAndSet(false, true)) {
                run(connection.async());
            }
            return connection;
        });
    }

    /** Asks, and logs warnings once the answers are there; does nothing if the server refuses to tell. Does not block. */
    private static void run(RedisAsyncCommands<byte[], byte[]> commands) {
        var unused = commands.info().thenCompose(info -> (ServerCheck.needsSave(info) ? save(commands) : unknown())
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

package io.syncguard.bench.candidate;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.syncguard.bench.report.Versions;
import io.syncguard.redis.common.RedisScript;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Lettuce with one connection that all callers share, and this library's settings: no latency records, no timers. */
final class RawLettuceCandidate implements Candidate {
    @Override
    public String name() {
        return "raw-lettuce";
    }

    @Override
    public String title() {
        return "bare Lettuce" + Versions.of(RedisClient.class) + ", same scripts";
    }

    @Override
    public Kind kind() {
        return Kind.FLOOR;
    }

    @Override
    public String lacks() {
        return "no library; it calls the same scripts with a new id for each lock, and prepares the rest in advance";
    }

    @Override
    public boolean waits() {
        return false;
    }

    @Override
    public boolean acrossJvms() {
        return true;
    }

    @Override
    public Client open(String redisUri, int callers) {
        ClientResources resources = ClientResources.builder()
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .build();
        RedisClient client = RedisClient.create(resources, redisUri);
        client.setOptions(ClientOptions.builder()
                .protocolVersion(ProtocolVersion.RESP2)
                .timeoutOptions(TimeoutOptions.create())
                .build());
        return new RawLettuce(resources, client);
    }

    private static final class RawLettuce extends RawClient {
        private final ClientResources resources;
        private final RedisClient client;
        private final StatefulRedisConnection<byte[], byte[]> connection;
        private final RedisAsyncCommands<byte[], byte[]> commands;

        RawLettuce(ClientResources resources, RedisClient client) {
            super(RawLayout.ON_ONE_SERVER);
            this.resources = resources;
            this.client = client;
            this.connection = client.connect(ByteArrayCodec.INSTANCE);
            this.commands = connection.async();
            for (RedisScript script : RedisScript.values()) {
                connection.sync().scriptLoad(script.source());
            }
        }

        private CompletionStage<byte[]> send(RawCall call) {
            return commands.evalsha(call.digest(), ScriptOutputType.VALUE, call.keys(), call.arguments());
        }

        @Override
        @Nullable
        Object run(RawCall call) {
            try {
                return commands.<byte[]>evalsha(call.digest(), ScriptOutputType.VALUE, call.keys(), call.arguments())
                        .get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            } catch (ExecutionException e) {
                throw new IllegalStateException("the call failed", e);
            }
        }

        @Override
        public Optional<AsyncPair> asyncPair(String name) {
            RawScripts scripts = new RawScripts(RawLayout.ON_ONE_SERVER, name);
            return Optional.of(() -> {
                RawScripts.Pair pair = scripts.pair();
                return send(pair.acquire()).thenCompose(acquired -> {
                    RawCall.require('A', acquired);
                    return send(pair.release()).thenAccept(released -> RawCall.require('R', released));
                });
            });
        }

        @Override
        public void close() {
            connection.close();
            client.shutdown();
            resources.shutdown(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
        }
    }
}

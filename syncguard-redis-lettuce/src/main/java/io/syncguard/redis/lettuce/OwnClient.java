package io.syncguard.redis.lettuce;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.StaticCredentialsProvider;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultEventLoopGroupProvider;
import io.lettuce.core.resource.Delay;
import io.syncguard.redis.common.JvmKeyStore;
import io.syncguard.redis.common.RedisAddress;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.common.SentinelMaster;
import io.syncguard.spi.BackendUri.Server;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The Lettuce client we open for a URI, with its threads. */
final class OwnClient implements AutoCloseable {
    private static final Duration FIRST_RECONNECT = Duration.ofMillis(5);
    private static final Duration LAST_RECONNECT = Duration.ofMillis(500);
    private static final long CLOSE_SECONDS = 2;

    private final ClientResources resources;
    private final DefaultEventLoopGroupProvider loops;
    private final RedisClient client;
    private final RedisURI address;

    OwnClient(RedisAddress address, RedisOptions options, int connections) {
        Duration timeout = options.operationTimeout();
        this.address = uri(address, timeout);
        SslOptions encryption = address.tls() ? encryption() : SslOptions.create();
        // The subscription shares a thread with the connection whose attempts its messages bring about.
        this.loops = new DefaultEventLoopGroupProvider(
                Math.min(connections, Runtime.getRuntime().availableProcessors()));
        this.resources = ClientResources.builder()
                .eventLoopGroupProvider(loops)
                // Not the default, which grows to 30 s: a server that comes back is wanted at once.
                .reconnectDelay(Delay.equalJitter(FIRST_RECONNECT, LAST_RECONNECT, 1, TimeUnit.MILLISECONDS))
                // Which would time every request, for reports nobody reads.
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .build();
        this.client = RedisClient.create(resources, this.address);
        client.setOptions(ClientOptions.builder()
                .protocolVersion(ProtocolVersion.RESP2)
                .sslOptions(encryption)
                .socketOptions(SocketOptions.builder().connectTimeout(timeout).build())
                // Every call has a deadline of its own.
                .timeoutOptions(TimeoutOptions.create())
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .build());
    }

    /** Lettuce's own default knows nothing of the JVM's key store. */
    private static SslOptions encryption() {
        SslOptions.Builder options = SslOptions.builder().jdkSslProvider();
        JvmKeyStore.named().ifPresent(keys -> options.keyStoreType(keys.type()).keystore(keys.file(), keys.password()));
        return options.build();
    }

    private static RedisURI uri(RedisAddress address, Duration timeout) {
        RedisURI uri = at(address);
        uri.setSsl(address.tls());
        uri.setDatabase(address.database());
        uri.setTimeout(timeout);
        logIn(uri, address.user(), address.password());
        return uri;
    }

    private static RedisURI at(RedisAddress address) {
        if (address.master().isEmpty()) {
            return RedisURI.create(address.server().host(), address.server().port());
        }
        SentinelMaster master = address.master().get();
        RedisURI uri = new RedisURI();
        uri.setSentinelMasterId(master.name());
        for (Server server : address.servers()) {
            RedisURI sentinel = RedisURI.create(server.host(), server.port());
            sentinel.setSsl(address.tls());
            logIn(sentinel, master.user(), master.password());
            uri.getSentinels().add(sentinel);
        }
        return uri;
    }

    private static void logIn(RedisURI uri, Optional<String> user, Optional<String> password) {
        password.ifPresent(secret ->
                uri.setCredentialsProvider(new StaticCredentialsProvider(user.orElse(null), secret.toCharArray())));
    }

    RedisClient client() {
        return client;
    }

    RedisURI address() {
        return address;
    }

    @Override
    public void close() {
        client.shutdown(0, CLOSE_SECONDS, TimeUnit.SECONDS);
        boolean interrupted = Thread.interrupted();
        interrupted |= isInterruptedBefore(resources.shutdown(0, CLOSE_SECONDS, TimeUnit.SECONDS));
        interrupted |= isInterruptedBefore(loops.shutdown(0, CLOSE_SECONDS, TimeUnit.SECONDS));
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isInterruptedBefore(Future<Boolean> end) {
        try {
            Boolean unused = end.get(CLOSE_SECONDS, TimeUnit.SECONDS);
            return false;
        } catch (InterruptedException e) {
            return true;
        } catch (ExecutionException | TimeoutException e) {
            // The threads are daemons and end without us watching.
            return false;
        }
    }
}

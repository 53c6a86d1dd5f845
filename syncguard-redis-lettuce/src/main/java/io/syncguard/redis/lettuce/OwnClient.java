package io.syncguard.redis.lettuce;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.StaticCredentialsProvider;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.syncguard.redis.common.Encryption;
import io.syncguard.redis.common.RedisAddress;
import io.syncguard.redis.common.SentinelMaster;
import io.syncguard.spi.BackendUri.Server;
import io.syncguard.spi.CallDeadlines;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The Lettuce client we open for the URI of one server, or of sentinels, with its threads. */
final class OwnClient implements AutoCloseable {
    private final OwnThreads threads;
    private final RedisClient client;
    private final RedisAddress address;
    private final CallDeadlines deadlines;

    OwnClient(RedisAddress address, CallDeadlines deadlines, int connections) {
        this.address = address;
        this.deadlines = deadlines;
        this.threads = new OwnThreads(connections, deadlines);
        this.client = new SentinelClient(threads.resources(), deadlines);
    }

    /** Begins to open a connection for calls. */
    CompletionStage<StatefulRedisConnection<byte[], byte[]>> connect() {
        return client.connectAsync(ByteArrayCodec.INSTANCE, prepared());
    }

    /** Begins to open a connection that hears messages. */
    CompletionStage<StatefulRedisPubSubConnection<byte[], byte[]>> connectPubSub() {
        return client.connectPubSubAsync(ByteArrayCodec.INSTANCE, prepared());
    }

    /** Returns where to connect to now, and for how long. The same time is the client's, whose calls have deadlines of their own. */
    private RedisURI prepared() {
        Duration timeout = deadlines.openingTimeout();
        client.setOptions(configured(ClientOptions.builder(), address, timeout).build());
        return uri(address, timeout);
    }

    /**
     * Returns a builder with what all our clients have in common.
     *
     * @param timeout how long a connection may take
     */
    static <B extends ClientOptions.Builder> B configured(B builder, RedisAddress address, Duration timeout) {
        builder.protocolVersion(ProtocolVersion.RESP2)
                .sslOptions(address.encryption()
                        .map(encryption -> sslOptions(encryption, timeout))
                        .orElseGet(SslOptions::create))
                .socketOptions(SocketOptions.builder().connectTimeout(timeout).build())
                // Every call has a deadline of its own.
                .timeoutOptions(TimeoutOptions.create());
        LettuceFeatures.PRESENT.withoutMaintenanceNotifications(builder);
        return builder;
    }

    private static SslOptions sslOptions(Encryption encryption, Duration longest) {
        return SslOptions.builder()
                .jdkSslProvider()
                .handshakeTimeout(longest)
                // Called for each connection.
                .sslContext(context -> {
                    try {
                        if (encryption.trusted().isPresent()) {
                            context.trustManager(encryption.trusted().get().trustManagers());
                        }
                        if (encryption.client().isPresent()) {
                            context.keyManager(encryption.client().get().keyManagers());
                        }
                    } catch (IOException | GeneralSecurityException e) {
                        throw new IllegalStateException("a file with certificates can no longer be used", e);
                    }
                })
                .build();
    }

    private static RedisURI uri(RedisAddress address, Duration timeout) {
        RedisURI uri = at(address);
        uri.setSsl(address.tls());
        uri.setDatabase(address.database());
        uri.setTimeout(timeout);
        logIn(uri, address.user(), address.password());
        address.clientName().ifPresent(uri::setClientName);
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

    static void logIn(RedisURI uri, Optional<String> user, Optional<String> password) {
        password.ifPresent(secret ->
                uri.setCredentialsProvider(new StaticCredentialsProvider(user.orElse(null), secret.toCharArray())));
    }

    RedisClient client() {
        return client;
    }

    @Override
    public void close() {
        threads.close(client);
    }
}

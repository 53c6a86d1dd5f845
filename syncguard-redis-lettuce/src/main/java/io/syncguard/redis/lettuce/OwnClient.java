package io.syncguard.redis.lettuce;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.StaticCredentialsProvider;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.protocol.ProtocolVersion;
import io.syncguard.redis.common.Encryption;
import io.syncguard.redis.common.RedisAddress;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.common.SentinelMaster;
import io.syncguard.spi.BackendUri.Server;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;

/** The Lettuce client we open for the URI of one server, or of sentinels, with its threads. */
final class OwnClient implements AutoCloseable {
    private final OwnThreads threads;
    private final RedisClient client;
    private final RedisURI address;

    OwnClient(RedisAddress address, RedisOptions options, int connections) {
        this.address = uri(address, options.operationTimeout());
        ClientOptions clientOptions =
                configured(ClientOptions.builder(), address, options).build();
        this.threads = new OwnThreads(connections, options.operationTimeout());
        this.client = RedisClient.create(threads.resources(), this.address);
        client.setOptions(clientOptions);
    }

    /** Returns a builder with what all our clients have in common. */
    static <B extends ClientOptions.Builder> B configured(B builder, RedisAddress address, RedisOptions options) {
        builder.protocolVersion(ProtocolVersion.RESP2)
                .sslOptions(address.encryption()
                        .map(encryption -> sslOptions(encryption, options.operationTimeout()))
                        .orElseGet(SslOptions::create))
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(options.operationTimeout())
                        .build())
                // Every call has a deadline of its own.
                .timeoutOptions(TimeoutOptions.create())
                .maintNotificationsConfig(MaintNotificationsConfig.disabled());
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

    RedisURI address() {
        return address;
    }

    @Override
    public void close() {
        threads.close(client);
    }
}

package io.syncguard.redis.common;

import io.syncguard.LockException;
import io.syncguard.spi.BackendUri;
import java.util.Optional;

/**
 * Where one Redis server is and how to log in.
 *
 * @param host the host name or address
 * @param port from 1 to 65535
 * @param tls whether the connection is encrypted
 * @param user the ACL user; empty for the default user
 * @param password the password; empty for none
 * @param database the database number, from 0
 */
public record RedisAddress(
        String host, int port, boolean tls, Optional<String> user, Optional<String> password, int database) {
    private static final int DEFAULT_PORT = 6379;
    private static final int LARGEST_DATABASE = 1_000_000;

    /**
     * Returns the address in a URI such as {@code redis://user:password@host:6379/0}; a scheme that begins with
     * {@code rediss} means TLS.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if a part is missing or makes no sense
     */
    public static RedisAddress from(BackendUri uri) {
        String host = uri.host()
                .orElseThrow(() -> LockException.invalidArgument(
                        "the Redis URI names no valid host; it looks like redis://localhost:6379"));
        if (uri.user().isPresent() && uri.password().isEmpty()) {
            throw LockException.invalidArgument("the Redis URI has a user and no password; write user:password@host,"
                    + " or :password@host for a password alone");
        }
        boolean tls = uri.scheme().startsWith("rediss");
        return new RedisAddress(host, uri.portOr(DEFAULT_PORT), tls, uri.user(), uri.password(), database(uri.path()));
    }

    private static int database(String path) {
        if (path.isEmpty()) {
            return 0;
        }
        boolean digits = path.length() <= 7 && path.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits || Integer.parseInt(path) > LARGEST_DATABASE) {
            throw LockException.invalidArgument("the path of a Redis URI is a database number, as in redis://host/0;"
                    + " options go behind a question mark, as in redis://host?keyPrefix=myapp");
        }
        return Integer.parseInt(path);
    }

    /** Returns host, port and database, and nothing secret. */
    @Override
    public String toString() {
        return (tls ? "rediss://" : "redis://") + host + ":" + port + "/" + database;
    }
}

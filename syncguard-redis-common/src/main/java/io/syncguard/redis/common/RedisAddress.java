package io.syncguard.redis.common;

import io.syncguard.LockException;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.BackendUri.Server;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Where one Redis server is, or a cluster, and how to log in.
 *
 * @param servers the server alone, or the sentinels that say which server it is, or some nodes of a cluster
 * @param master whom the sentinels are asked for; empty without sentinels
 * @param cluster whether the servers are nodes of a cluster
 * @param encryption how connections are encrypted; empty if they are not
 * @param user the ACL user; empty for the default user
 * @param password the password; empty for none
 * @param database the database number, from 0
 * @param clientName what the server calls our connections in {@code CLIENT LIST}; empty for nothing
 */
public record RedisAddress(
        List<Server> servers,
        Optional<SentinelMaster> master,
        boolean cluster,
        Optional<Encryption> encryption,
        Optional<String> user,
        Optional<String> password,
        int database,
        Optional<String> clientName) {
    private static final int DEFAULT_PORT = 6379;
    private static final int DEFAULT_SENTINEL_PORT = 26379;
    private static final int LARGEST_DATABASE = 1_000_000;

    private static final String SENTINEL_SCHEME = "-sentinel";
    private static final String CLUSTER_SCHEME = "-cluster";
    private static final String CLIENT_NAME = "clientName";
    private static final String MASTER = "master";
    private static final String DEFAULT_MASTER = "mymaster";
    private static final String SENTINEL_USER = "sentinelUser";
    private static final String SENTINEL_PASSWORD = "sentinelPassword";

    /** Makes it immutable. */
    public RedisAddress {
        servers = List.copyOf(servers);
    }

    /**
     * Returns the address in a URI such as {@code redis://user:password@host:6379/0} or {@code
     * redis-sentinel://user:password@sentinel:26379,sentinel:26379/0?master=mymaster} or {@code
     * redis-cluster://user:password@node:6379,node:6379}; a scheme that begins with {@code rediss} means TLS.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if a part is missing or makes no sense
     */
    public static RedisAddress from(BackendUri uri) {
        boolean sentinels = isSentinel(uri);
        boolean cluster = uri.scheme().contains(CLUSTER_SCHEME);
        List<Server> servers = uri.servers(sentinels ? DEFAULT_SENTINEL_PORT : DEFAULT_PORT);
        if (servers.isEmpty()) {
            throw LockException.invalidArgument(
                    "the Redis URI names no valid host; it looks like redis://localhost:6379");
        }
        if (servers.size() > 1 && !sentinels && !cluster) {
            throw LockException.invalidArgument(
                    "the Redis URI names several hosts, which only sentinels or the nodes of a"
                            + " cluster can be: redis-sentinel://host:26379,host:26379?master=mymaster or"
                            + " redis-cluster://host:6379,host:6379");
        }
        if (uri.user().isPresent() && uri.password().isEmpty()) {
            throw LockException.invalidArgument("the Redis URI has a user and no password; write user:password@host,"
                    + " or :password@host for a password alone");
        }
        return new RedisAddress(
                servers,
                sentinels ? Optional.of(master(uri)) : Optional.empty(),
                cluster,
                isEncrypted(uri) ? Optional.of(Encryption.from(uri)) : Optional.empty(),
                uri.user(),
                uri.password(),
                cluster ? onlyDatabase(uri.path()) : database(uri.path()),
                clientName(uri));
    }

    /** Returns the names of the URI's parameters that are part of the address. */
    static Set<String> parameters(BackendUri uri) {
        Set<String> names = new TreeSet<>(Set.of(CLIENT_NAME));
        if (isSentinel(uri)) {
            names.addAll(Set.of(MASTER, SENTINEL_USER, SENTINEL_PASSWORD));
        }
        if (isEncrypted(uri)) {
            names.addAll(CertificateStore.URI_PARAMETERS);
        }
        return names;
    }

    private static boolean isEncrypted(BackendUri uri) {
        return uri.scheme().startsWith("rediss");
    }

    private static boolean isSentinel(BackendUri uri) {
        return uri.scheme().contains(SENTINEL_SCHEME);
    }

    private static SentinelMaster master(BackendUri uri) {
        String name = uri.parameter(MASTER).orElse(DEFAULT_MASTER);
        if (name.isBlank()) {
            throw LockException.invalidArgument(
                    "the URI parameter '" + MASTER + "' is what the sentinels call the master");
        }
        Optional<String> user = uri.parameter(SENTINEL_USER);
        Optional<String> password = uri.parameter(SENTINEL_PASSWORD);
        if (user.isPresent() && password.isEmpty()) {
            throw LockException.invalidArgument("the sentinels' user needs a password (" + SENTINEL_PASSWORD + ")");
        }
        return new SentinelMaster(name, user, password);
    }

    private static Optional<String> clientName(BackendUri uri) {
        Optional<String> name = uri.parameter(CLIENT_NAME);
        name.ifPresent(given -> {
            // The server refuses anything else.
            if (given.isEmpty() || !given.chars().allMatch(c -> c > ' ' && c <= '~')) {
                throw LockException.invalidArgument("the URI parameter '" + CLIENT_NAME
                        + "' consists of letters, digits and signs of ASCII, without blanks");
            }
        });
        return name;
    }

    private static int onlyDatabase(String path) {
        if (database(path) != 0) {
            throw LockException.invalidArgument(
                    "a Redis Cluster has one database only, which is 0; leave the number out");
        }
        return 0;
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

    /** Returns whether connections are encrypted. */
    public boolean tls() {
        return encryption.isPresent();
    }

    /** Returns the server, or the first of the sentinels or nodes. */
    public Server server() {
        return servers.get(0);
    }

    /** Returns servers, master and database, and nothing secret. */
    @Override
    public String toString() {
        return (tls() ? "rediss" : "redis")
                + master.map(name -> SENTINEL_SCHEME).orElse(cluster ? CLUSTER_SCHEME : "") + "://"
                + servers.stream().map(Server::toString).collect(Collectors.joining(","))
                + (cluster ? "" : "/" + database)
                + master.map(name -> "?" + MASTER + "=" + name).orElse("");
    }
}

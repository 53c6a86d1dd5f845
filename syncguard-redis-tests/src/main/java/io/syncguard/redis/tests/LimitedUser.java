package io.syncguard.redis.tests;

import io.syncguard.testservers.SharedRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.ClientKillParams;

/** A user of the shared Redis who may do what the guide says an application needs, and nothing else. */
public final class LimitedUser {
    private static final Path GUIDE = Path.of("..", "docs", "redis.md");
    private static final String NAME = "my-app";
    private static final String PASSWORD = "secret";
    private static final String COMMAND = "ACL SETUSER " + NAME + " ";

    private final String name;

    private String password = PASSWORD;

    private LimitedUser(String name) {
        this.name = name;
    }

    /** Creates one. */
    public static LimitedUser create() {
        LimitedUser user = new LimitedUser("app-" + UUID.randomUUID());
        try (Jedis admin = new Jedis(URI.create(SharedRedis.uri()))) {
            String[] rules =
                    guide().stream().map(rule -> rule.replace(NAME, user.name)).toArray(String[]::new);
            admin.aclSetUser(user.name, rules);
        }
        return user;
    }

    /** Returns what he logs in as. */
    public String name() {
        return name;
    }

    /** Returns what he logs in with now. */
    public synchronized String password() {
        return password;
    }

    /** Gives him another password, and ends his connections. */
    public synchronized void changePassword() {
        password = UUID.randomUUID().toString();
        try (Jedis admin = new Jedis(URI.create(SharedRedis.uri()))) {
            admin.aclSetUser(name, "resetpass", ">" + password);
            admin.clientKill(ClientKillParams.clientKillParams().user(name));
        }
    }

    /** Returns a prefix of his, another one each time. */
    public String prefix() {
        return name + ":" + UUID.randomUUID();
    }

    /** Returns the shared server's URI for him and a prefix of his. */
    public String uri(String prefix) {
        return uri(prefix, SharedRedis.address());
    }

    /** As {@link #uri(String)}, for a server that is reached at an address. */
    public String uri(String prefix, InetSocketAddress server) {
        return "redis://" + name + ":" + password() + "@" + server.getHostString() + ":" + server.getPort()
                + "?keyPrefix=" + prefix;
    }

    private static List<String> guide() {
        return guide(0);
    }

    /** Returns what the guide gives a user of this name, on one server and in a cluster. */
    static List<String> rulesInCluster(String name) {
        return Stream.concat(guide().stream(), guide(1).stream())
                .filter(ShardedChannels::know)
                .map(rule -> rule.replace(NAME, name))
                .toList();
    }

    private static List<String> guide(int line) {
        try {
            return Files.readAllLines(GUIDE).stream()
                    .map(String::strip)
                    .filter(each -> each.startsWith(COMMAND))
                    .skip(line)
                    .findFirst()
                    .map(each -> List.of(each.substring(COMMAND.length()).split(" ")))
                    .orElseThrow(() -> new IllegalStateException(GUIDE + " has no line that begins with " + COMMAND));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

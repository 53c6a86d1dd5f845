package io.syncguard.redis.tests;

import io.syncguard.redis.common.ClientLibrary;
import io.syncguard.testservers.SharedRedis;
import java.net.URI;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.Jedis;

/** What the certificate of a Redis backend says that it was tested with. Stateless. */
public final class TestedVersions {
    private static final Pattern VALKEY = Pattern.compile("valkey_version:(\\S+)");
    private static final Pattern REDIS = Pattern.compile("redis_version:(\\S+)");

    private TestedVersions() {}

    /**
     * Returns the versions of the shared server and of a client.
     *
     * @param client the name that people know it by
     */
    public static List<String> of(String client, String groupId, String artifactId) {
        ClassLoader loader = TestedVersions.class.getClassLoader();
        return List.of(server(), client + " " + ClientLibrary.version(loader, groupId, artifactId));
    }

    private static String server() {
        try (Jedis raw = new Jedis(URI.create(SharedRedis.uri()))) {
            String info = raw.info("server");
            Matcher valkey = VALKEY.matcher(info);
            Matcher redis = REDIS.matcher(info);
            if (valkey.find()) {
                return "Valkey " + valkey.group(1);
            }
            return redis.find() ? "Redis " + redis.group(1) : "a Redis that tells no version";
        }
    }
}

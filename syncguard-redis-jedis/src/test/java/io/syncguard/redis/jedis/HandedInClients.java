package io.syncguard.redis.jedis;

import io.syncguard.redis.common.RedisAddress;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.JedisClients;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.UnifiedJedis;

/** Clients as an application hands them in, for the servers that a test names by a URI. They have no timeouts of their own. */
final class HandedInClients implements AutoCloseable {
    private final List<UnifiedJedis> clients = new ArrayList<>();

    /** Returns a backend on a client of its own, with the options of the URI. */
    LockBackend backend(String uri) {
        return backend(PatientUri.parse(uri));
    }

    /** As {@link #backend(String)}. */
    LockBackend backend(BackendUri uri) {
        UnifiedJedis client = client(RedisAddress.from(uri));
        clients.add(client);
        return JedisLockBackend.create(client, RedisOptions.from(uri));
    }

    /** Returns the client that was made last. */
    UnifiedJedis last() {
        return clients.get(clients.size() - 1);
    }

    private static UnifiedJedis client(RedisAddress address) {
        DefaultJedisClientConfig.Builder config =
                JedisClients.resp2(DefaultJedisClientConfig.builder()).timeoutMillis(0);
        address.user().ifPresent(config::user);
        address.password().ifPresent(config::password);
        Set<HostAndPort> servers = new LinkedHashSet<>();
        address.servers().forEach(each -> servers.add(new HostAndPort(each.host(), each.port())));
        return address.cluster()
                ? JedisClients.cluster(servers, config.build())
                : JedisClients.create(
                        servers.iterator().next(),
                        config.database(address.database()).build());
    }

    @Override
    public void close() {
        clients.forEach(UnifiedJedis::close);
    }
}

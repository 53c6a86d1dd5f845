package io.syncguard.bench.candidate;

import java.net.URI;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** Spring's connections through Lettuce, with Spring's defaults. */
final class SpringConnections {
    private SpringConnections() {}

    /** Returns a started factory, which is the caller's to destroy. */
    static LettuceConnectionFactory to(String redisUri) {
        URI uri = URI.create(redisUri);
        LettuceConnectionFactory connections =
                new LettuceConnectionFactory(new RedisStandaloneConfiguration(uri.getHost(), uri.getPort()));
        connections.afterPropertiesSet();
        connections.start();
        return connections;
    }
}

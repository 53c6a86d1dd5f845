package io.syncguard.redis.jedis;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.testsupport.NativeImageMetadata;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NativeImageMetadataTest {
    private final NativeImageMetadata metadata = NativeImageMetadata.ofThisModule();

    @Test
    @DisplayName("ADR 38 what the classes look up by name is registered for native images")
    void registered() {
        assertThat(metadata.faults()).isEmpty();
    }

    @Test
    @DisplayName("ADR 38 what is registered for native images exists")
    void exists() {
        assertThat(metadata.absent())
                // Each supported version of Jedis has some of them.
                .isSubsetOf(
                        "redis.clients.jedis.Connection.socket",
                        "redis.clients.jedis.Connection.forceDisconnect()",
                        "redis.clients.jedis.CommandObject.withPreProcessHook()",
                        "redis.clients.jedis.DefaultJedisClientConfig$Builder.serverDefaultProtocol()",
                        "redis.clients.jedis.JedisPooled",
                        "redis.clients.jedis.RedisClient");
    }
}

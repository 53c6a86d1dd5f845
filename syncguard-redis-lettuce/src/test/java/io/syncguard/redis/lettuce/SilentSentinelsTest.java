package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.SilentSentinels;
import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that answer nobody, met through Lettuce, whose calls share a connection. */
class SilentSentinelsTest extends SilentSentinels {
    SilentSentinelsTest() {
        super("lettuce", 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis-cluster", "rediss-cluster"})
    @DisplayName("OPT-3 closing ends connections by which the nodes of a cluster are looked for")
    void cluster(String scheme) throws IOException {
        closesAll(scheme);
    }
}

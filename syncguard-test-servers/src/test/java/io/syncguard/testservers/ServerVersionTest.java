package io.syncguard.testservers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerVersionTest {
    @ParameterizedTest
    @CsvSource({
        "Redis server v=6.2.16 sha=00000000:0 malloc=libc bits=64 build=1, Redis 6.2, true",
        "Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=1, Redis 7.0, false",
        "Valkey server v=8.1.1 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=1, Valkey 8.1, false"
    })
    @DisplayName("what a server says of itself is read")
    void version(String answer, String name, boolean beforeRedis7) {
        assertThat(ServerVersion.of(answer + "\n")).hasValueSatisfying(version -> {
            assertThat(version).hasToString(name);
            assertThat(version.isBeforeRedis7()).isEqualTo(beforeRedis7);
        });
    }
}

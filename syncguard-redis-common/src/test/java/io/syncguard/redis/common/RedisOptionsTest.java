package io.syncguard.redis.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.BackendUri.Server;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisOptionsTest {
    @Test
    @DisplayName(
            "the defaults are the page's prefix, pure reads, hashed long keys, 3 s, and 10 s for the first connection")
    void defaults() {
        for (RedisOptions options :
                List.of(RedisOptions.from(BackendUri.parse("redis://h")), RedisOptions.defaults())) {
            assertThat(options.keyPrefix()).isEqualTo("syncguard");
            assertThat(options.cleanupInIsLocked()).isFalse();
            assertThat(options.rejectLongKeys()).isFalse();
            assertThat(options.operationTimeout()).isEqualTo(Duration.ofSeconds(3));
            assertThat(options.connectTimeout()).isEqualTo(Duration.ofSeconds(10));
            assertThat(options.replicaAcks()).isEqualTo(ReplicaAcks.NONE);
            assertThat(options.fenceRetention()).isEmpty();
        }
    }

    @Test
    @DisplayName("a URI's parameters are the options")
    void fromUri() {
        BackendUri uri = BackendUri.parse("redis://h?keyPrefix=my:app&cleanupInIsLocked=true&rejectLongKeys=true"
                + "&operationTimeoutMillis=250&connectTimeoutMillis=5000&replicaAcks=2&replicaAckTimeoutMillis=100"
                + "&fenceRetention=30d");

        assertThat(RedisOptions.from(uri))
                .isEqualTo(RedisOptions.defaults()
                        .withKeyPrefix("my:app")
                        .withCleanupInIsLocked(true)
                        .withRejectLongKeys(true)
                        .withOperationTimeout(Duration.ofMillis(250))
                        .withConnectTimeout(Duration.ofSeconds(5))
                        .withReplicaAcks(2, Duration.ofMillis(100))
                        .withFenceRetention(Duration.ofDays(30)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "keyPrefix=",
                "keyPrefix=%20",
                "keyPrefix=app:",
                "keyPrefix=app:fence",
                "cleanupInIsLocked=yes",
                "rejectLongKeys=TRUE",
                "operationTimeoutMillis=0",
                "operationTimeoutMillis=-5",
                "operationTimeoutMillis=3600001",
                "operationTimeoutMillis=3s",
                "connectTimeoutMillis=0",
                "connectTimeoutMillis=3600001",
                "connectTimeoutMillis=10s",
                "replicaAcks=0",
                "replicaAcks=-1",
                "replicaAcks=1001",
                "replicaAcks=4294967297",
                "replicaAcks=one",
                "replicaAckTimeoutMillis=100",
                "replicaAcks=1&replicaAckTimeoutMillis=0",
                "replicaAcks=1&replicaAckTimeoutMillis=3000",
                "replicaAcks=1&operationTimeoutMillis=1",
                "fenceRetention=23h",
                "fenceRetention=forever"
            })
    @DisplayName("ERR-4, KEY-7 an option that makes no sense is refused")
    void badOption(String parameter) {
        assertInvalid(() -> RedisOptions.from(BackendUri.parse("redis://h?" + parameter)));
    }

    @Test
    @DisplayName("options are equal if all of them are")
    void equality() {
        RedisOptions options = RedisOptions.defaults();
        List<RedisOptions> different = List.of(
                options,
                options.withKeyPrefix("other"),
                options.withCleanupInIsLocked(true),
                options.withRejectLongKeys(true),
                options.withOperationTimeout(Duration.ofSeconds(1)),
                options.withConnectTimeout(Duration.ofSeconds(1)),
                options.withReplicaAcks(1, Duration.ofMillis(100)),
                options.withFenceRetention(Duration.ofDays(1)));

        assertThat(Set.copyOf(different)).hasSize(different.size());
        assertThat(options.withFenceRetention(Duration.ofDays(1)))
                .isEqualTo(options.withFenceRetention(Duration.ofHours(24)))
                .hasSameHashCodeAs(options.withFenceRetention(Duration.ofHours(24)))
                .hasToString("RedisOptions[keyPrefix=syncguard, cleanupInIsLocked=false, rejectLongKeys=false,"
                        + " operationTimeout=PT3S, connectTimeout=PT10S, replicaAcks=" + ReplicaAcks.NONE
                        + ", fenceRetention=PT24H]");
    }

    @Test
    @DisplayName("OPT-2, ERR-4 a timeout is from 1 ms to 1 hour")
    void badTimeout() {
        assertInvalid(() -> RedisOptions.defaults().withOperationTimeout(Duration.ZERO));
        assertInvalid(() -> RedisOptions.defaults().withOperationTimeout(Duration.ofNanos(999_999)));
        assertInvalid(() ->
                RedisOptions.defaults().withOperationTimeout(Duration.ofHours(1).plusNanos(1)));
        assertInvalid(() -> RedisOptions.defaults().withOperationTimeout(null));
        assertInvalid(() -> RedisOptions.defaults().withConnectTimeout(Duration.ofNanos(999_999)));
        assertInvalid(() ->
                RedisOptions.defaults().withConnectTimeout(Duration.ofHours(1).plusNanos(1)));
        assertInvalid(() -> RedisOptions.defaults().withConnectTimeout(null));
    }

    @Test
    @DisplayName("RDS-15, ERR-4 replicas may take as long as leaves time for the rest, half of it if nothing is said")
    void replicaAcks() {
        RedisOptions options = RedisOptions.defaults();
        assertThat(RedisOptions.from(BackendUri.parse("redis://h?replicaAcks=1")))
                .isEqualTo(options.withReplicaAcks(1, Duration.ofMillis(1500)));
        assertInvalid(() -> options.withReplicaAcks(0, Duration.ofMillis(100)));
        assertInvalid(() -> options.withReplicaAcks(1001, Duration.ofMillis(100)));
        assertInvalid(() -> options.withReplicaAcks(1, Duration.ofNanos(999_999)));
        assertInvalid(() -> options.withReplicaAcks(1, Duration.ofSeconds(3)));
        assertInvalid(() -> options.withReplicaAcks(1, null));
        assertInvalid(
                () -> options.withReplicaAcks(1, Duration.ofSeconds(1)).withOperationTimeout(Duration.ofSeconds(1)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis:///0",
                "redis://h/zero",
                "redis://h/-1",
                "redis://h/0/1",
                "redis://h/99999999",
                "redis://s3cret@h",
                "redis://h:0",
                "redis://h,i",
                "redis-sentinel://",
                "redis-cluster://",
                "redis-cluster://h/1",
                "redis-sentinel://h,",
                "redis-sentinel://h:0,i",
                "redis-sentinel://h?master=%20",
                "redis-sentinel://h?sentinelUser=me",
                "redis:h"
            })
    @DisplayName("ERR-4 an address that makes no sense is refused, and nothing secret of it is shown")
    void badAddress(String uri) {
        assertInvalid(() -> RedisAddress.from(BackendUri.parse(uri)));
    }

    private static void assertInvalid(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(LockException.class, e -> {
            assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
            assertThat(e.getMessage()).doesNotContain("s3cret");
        });
    }

    @Test
    @DisplayName("RDS-16 sentinels are read with what they call the master, and their text shows no password")
    void sentinels() {
        assertThat(RedisAddress.from(BackendUri.parse("redis-sentinel://h,i:7")))
                .hasToString("redis-sentinel://h:26379,i:7/0?master=mymaster");

        RedisAddress full = RedisAddress.from(BackendUri.parse("rediss-sentinel+jedis://me:s3cret@h:1,i:2/3"
                + "?master=locks&sentinelUser=you&sentinelPassword=s3cret-too"));
        assertThat(full.tls()).isTrue();
        assertThat(full.user()).contains("me");
        assertThat(full.password()).contains("s3cret");
        assertThat(full.database()).isEqualTo(3);
        assertThat(full.servers()).containsExactly(new Server("h", 1), new Server("i", 2));
        assertThat(full.master()).contains(new SentinelMaster("locks", Optional.of("you"), Optional.of("s3cret-too")));
        assertThat(full.toString()).doesNotContain("s3cret");
    }

    @Test
    @DisplayName("CLU-3 nodes of a cluster are read, and their text shows no password")
    void cluster() {
        assertThat(RedisAddress.from(BackendUri.parse("redis-cluster://h,i:7/0")))
                .hasToString("redis-cluster://h:6379,i:7");

        RedisAddress full = RedisAddress.from(BackendUri.parse("rediss-cluster+lettuce://me:s3cret@h:1"));
        assertThat(full.cluster()).isTrue();
        assertThat(full.tls()).isTrue();
        assertThat(full.toString()).doesNotContain("s3cret");
    }

    @Test
    @DisplayName("an address is read with its defaults, and its text shows no password")
    void address() {
        assertThat(RedisAddress.from(BackendUri.parse("redis://h"))).hasToString("redis://h:6379/0");

        RedisAddress full = RedisAddress.from(BackendUri.parse("rediss+jedis://me:s3cret@[::1]:7/3"));
        assertThat(full.tls()).isTrue();
        assertThat(full.user()).contains("me");
        assertThat(full.password()).contains("s3cret");
        assertThat(full.database()).isEqualTo(3);
        assertThat(full.toString()).doesNotContain("s3cret");
    }
}

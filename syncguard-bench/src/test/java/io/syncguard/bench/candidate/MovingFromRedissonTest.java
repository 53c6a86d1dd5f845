package io.syncguard.bench.candidate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.HeldLock;
import io.syncguard.SyncGuard;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;
import org.redisson.api.RFencedLock;
import org.redisson.api.RLock;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisException;
import org.redisson.config.Config;

/** What docs/moving.md says of Redisson. */
class MovingFromRedissonTest {
    private final OneServer server = new OneServer();
    private RedissonClient redisson;

    @BeforeEach
    void open() {
        Config config = new Config();
        config.useSingleServer()
                .setAddress(server.uri())
                .setConnectionMinimumIdleSize(2)
                .setConnectionPoolSize(4);
        redisson = Redisson.create(config);
    }

    @AfterEach
    void close() {
        redisson.shutdown();
        server.close();
    }

    /** A thread of its own is another holder to Redisson. */
    private static boolean anotherThreadGets(RLock lock) {
        return CompletableFuture.supplyAsync(lock::tryLock, thread -> new Thread(thread).start())
                .join();
    }

    @Test
    @DisplayName(
            "an RLock is a hash under its name; a lock of ours with that name is beside it, and neither sees the other")
    void beside() {
        RLock theirs = redisson.getLock(server.name);
        theirs.lock(1, TimeUnit.MINUTES);
        try (HeldLock ours = server.guard.tryAcquire(server.name).orElseThrow()) {
            assertThat(ours.isHeld()).isTrue();
            assertThat(theirs.isHeldByCurrentThread()).isTrue();
            assertThat(server.types()).isEqualTo(server.oursBeside(Map.of(server.name, "hash")));
        }
        assertThat(theirs.isHeldByCurrentThread()).isTrue();
        theirs.unlock();
    }

    @Test
    @DisplayName("a lock without a lease time ends 30 s after its process, one with a lease time at its end")
    void howLongTheyLive() {
        RLock theirs = redisson.getLock(server.name);
        theirs.lock();
        assertThat(server.raw.pttl(server.name)).isBetween(1L, 30_000L);
        theirs.unlock();
        theirs.lock(50, TimeUnit.SECONDS);
        assertThat(server.raw.pttl(server.name)).isBetween(30_001L, 50_000L);
        theirs.unlock();
    }

    @Test
    @DisplayName("an RLock in the place of a lock of ours is INTERNAL and left alone")
    void theirsInOurPlace() {
        RLock theirs = redisson.getLock(server.prefix + ":" + server.name);
        theirs.lock(1, TimeUnit.MINUTES);
        server.assertForeign(server.prefix, server.name, "hash");
        assertThat(theirs.isHeldByCurrentThread()).isTrue();
        theirs.unlock();
    }

    @Test
    @DisplayName("a lock of ours in the place of an RLock is an error to Redisson, and is left alone")
    void oursInTheirPlace() {
        try (HeldLock ours = server.guard.acquire(server.name)) {
            RLock theirs = redisson.getLock(server.prefix + ":" + server.name);
            assertThatThrownBy(theirs::tryLock)
                    .isInstanceOf(RedisException.class)
                    .hasMessageContaining("WRONGTYPE");
            assertThat(ours.isHeld()).isTrue();
            assertThat(server.guard.owns(ours.id())).isTrue();
        }
    }

    @Test
    @DisplayName("tokens of an RFencedLock count from 1 in a key that does not expire, and each of ours is greater")
    void tokens() {
        RFencedLock theirs = redisson.getFencedLock(server.name);
        long last = 0;
        for (int i = 1; i <= 200; i++) {
            last = theirs.lockAndGetToken();
            assertThat(last).isEqualTo(i);
            theirs.unlock();
        }
        String counter = "redisson_lock_token:{" + server.name + "}";
        // Redisson removes what its last release left without waiting for that.
        server.await("the counter is all that is left", () -> server.types().equals(Map.of(counter, "string")));
        assertThat(server.raw.ttl(counter)).isEqualTo(-1);

        assertThat(server.tokenOfOurs()).isGreaterThan(last);
        assertThat(theirs.lockAndGetToken()).as("theirs, after ours").isEqualTo(last + 1);
        theirs.unlock();
    }

    @Test
    @DisplayName("even a counter of Redisson's that is as high as two billion is less than a token of ours")
    void highCounter() {
        server.raw.set("redisson_lock_token:{" + server.name + "}", "2000000000");
        RFencedLock theirs = redisson.getFencedLock(server.name);
        long token = theirs.lockAndGetToken();
        theirs.unlock();
        assertThat(token).isEqualTo(2_000_000_001L);
        assertThat(server.tokenOfOurs()).isGreaterThan(token);
    }

    @Test
    @DisplayName("who holds both locks excludes processes of the release before and of the release after")
    void bothLocks() {
        RLock theirs = redisson.getLock(server.name);
        theirs.lock();
        try (SyncGuard newest = server.guardWithPrefix(server.prefix)) {
            try (HeldLock ours = server.guard.acquire(server.name)) {
                assertThat(anotherThreadGets(theirs)).as("the release before").isFalse();
                assertThat(newest.tryAcquire(server.name))
                        .as("the release after")
                        .isEmpty();
                assertThat(ours.isHeld()).isTrue();
            }
        } finally {
            theirs.unlock();
        }
    }
}

package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.FenceToken;
import io.syncguard.HeldLock;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.redis.common.RedisFencedValues;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.MovableClock;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testsupport.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/** A server whose clock is set forward and back by an hour (ADR 26). */
@Timeout(180)
public abstract class ShiftedClock {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String KEY = "job";

    /** Of locks that end while a test looks. */
    private static final Duration BRIEF = Duration.ofSeconds(1);

    private static final Duration TOLERANCE = Duration.ofSeconds(1);
    private static final int MANY = 20_000;

    private MovableClock clock;
    private RedisTestServer server;
    private RedisTestServer elsewhere;
    private RedisFencedValues resource;
    private FencedHistory history;
    private Jedis admin;
    private SyncGuard guard;

    /** Returns a backend opened by a {@code redis://} URI, which the test closes. */
    protected abstract LockBackend open(String uri);

    /** Returns values on a new client for a {@code redis://} URI. The test closes them, and the subclass the client. */
    protected abstract RedisFencedValues values(String uri);

    @BeforeEach
    protected void start() {
        Optional<MovableClock> movable = MovableClock.create();
        if (movable.isEmpty() && System.getenv("CI") == null) {
            Assumptions.abort("no faketime or no redis-server: install Debian's packages of those names");
        }
        assertThat(movable).as("Debian's packages faketime and redis-server").isPresent();
        clock = movable.get();
        server = RedisTestServer.start(clock.place());
        elsewhere = RedisTestServer.start();
        resource = values(elsewhere.uri());
        history = new FencedHistory(resource);
        admin = new Jedis("127.0.0.1", server.port());
        guard = SyncGuard.using(open(PatientUri.of(server.uri())));
    }

    @AfterEach
    protected void close() {
        if (server == null) {
            return;
        }
        guard.close();
        admin.close();
        resource.close();
        elsewhere.close();
        server.close();
        clock.close();
    }

    private void move(Duration ahead) {
        clock.move(ahead);
        long wanted = System.currentTimeMillis() / 1_000 + ahead.toSeconds();
        Await.until("the server's clock is there", () -> Math.abs(seconds() - wanted) < 300);
    }

    private long seconds() {
        return Long.parseLong((String) admin.eval("return redis.call('TIME')[1]"));
    }

    private FenceToken take() {
        return guard.call(KEY, HeldLock::fence);
    }

    private void next(String what) {
        for (int i = 0; i < 3; i++) {
            history.next(what, take());
        }
    }

    @Test
    @DisplayName("FEN-1 tokens rise when the clock is set forward by an hour, and back by two")
    protected void forthAndBack() {
        next("at first");
        move(HOUR);
        next("an hour ahead");
        move(HOUR.negated());
        next("an hour behind");
        move(Duration.ZERO);
        next("right again");
    }

    @Test
    @DisplayName(
            "FEN-1 tokens rise when the counters are lost and the clock is set forward, and on when it goes right again")
    protected void lostAndForward() {
        next("at first");
        move(HOUR);
        admin.flushAll();
        next("without counters, an hour ahead");
        move(Duration.ZERO);
        next("right again");
    }

    @Test
    @DisplayName(
            "FEN-1 if the counters are lost and the clock is set back, holders are turned away until it has caught up")
    protected void lostAndBack() {
        next("at first");
        move(HOUR.negated());
        admin.flushAll();
        history.fellBehind("without counters, an hour behind", take());
        move(Duration.ZERO);
        next("caught up");
    }

    @Test
    @DisplayName("TIME-4 locks end when the clock is set forward, and last when it is set back until they are released")
    protected void locks() {
        HeldLock ended = guard.acquire(KEY, LockOptions.defaults().withTtl(Duration.ofMinutes(30)));
        move(HOUR);
        assertThat(guard.isLocked(KEY)).isFalse();
        assertThat(ended.extend(Duration.ofMinutes(30))).isFalse();

        HeldLock lasting =
                guard.acquire(KEY, LockOptions.defaults().withTtl(BRIEF).withoutHeartbeat());
        move(Duration.ZERO);
        Pause.of(BRIEF.plus(TOLERANCE).plusMillis(500));
        assertThat(guard.isLocked(KEY))
                .as("an hour later by the clock of before")
                .isTrue();
        assertThat(lasting.release()).isTrue();
        assertThat(guard.isLocked(KEY)).isFalse();
    }

    @Test
    @DisplayName("FEN-4 with a retention of a day, keys that were locked once leave nothing after it")
    protected void retention() {
        try (SyncGuard forgetting = SyncGuard.using(open(PatientUri.of(server.uri()) + "&fenceRetention=1d"))) {
            List<CompletableFuture<?>> pairs = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                pairs.add(forgetting.async().run("job-" + i, () -> CompletableFuture.completedFuture(null)));
                if (pairs.size() == 200) {
                    CompletableFuture.allOf(pairs.toArray(CompletableFuture[]::new))
                            .join();
                    pairs.clear();
                }
            }
            CompletableFuture.allOf(pairs.toArray(CompletableFuture[]::new)).join();
            assertThat(admin.dbSize()).isEqualTo(MANY);

            move(Duration.ofHours(23));
            assertThat(admin.exists("syncguard:fence:job-0")).isTrue();
            move(Duration.ofHours(25));
            Await.until("nothing is left", () -> admin.dbSize() == 0);
        }
    }
}

package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.FenceToken;
import io.syncguard.GuardOptions;
import io.syncguard.LockException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testsupport.Pause;
import io.syncguard.testsupport.StallMeter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A hundred locks that are renewed when their server is killed, and what their holders hear of it. */
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
@Tag("side-by-side")
@Execution(ExecutionMode.SAME_THREAD)
public abstract class HeartbeatThroughOutage {
    private static final int HOLDERS = 100;
    private static final int LATE_HOLDERS = 40;
    private static final Duration TTL = Duration.ofSeconds(5);
    private static final Duration LONG_OUTAGE = Duration.ofSeconds(10);

    /** Beats are due from 2.4 s on. */
    private static final Duration SHORT_OUTAGE = Duration.ofSeconds(3);

    private static final Duration TTL_THROUGH_SHORT = Duration.ofSeconds(8);

    /** Told at the end of this, and still there when the server is back: the tolerance keeps them for a second. */
    private static final Duration LATE_TTL = LONG_OUTAGE.minusMillis(100);

    /**
     * What a busy machine may take to run what is due, but for the time that this process is stalled: well below the tolerance,
     * after which others get the lock.
     */
    private static final Duration BUSY = Duration.ofMillis(500);

    /** When nothing renews them, the last of the locks are free by then. */
    private static final Duration SOON = Duration.ofSeconds(4);

    /** Beats that the server does not answer end with it. */
    private static final String COMMON_TIMEOUT = "?operationTimeoutMillis=3000";

    private final OutageLog log = new OutageLog();

    /** Returns a backend opened by a {@code redis://} URI, which the test closes. */
    protected abstract LockBackend open(String uri);

    private SyncGuard listenedTo(RedisTestServer server) {
        SyncGuard guard = SyncGuard.using(
                open(server.uri() + COMMON_TIMEOUT), GuardOptions.defaults().withListener(log));
        Await.connected(guard);
        return guard;
    }

    private static List<Holder> take(SyncGuard guard, String name, int count, Duration ttl) {
        LockOptions options = LockOptions.defaults().withTtl(ttl).withHeartbeat();
        return IntStream.range(0, count)
                .mapToObj(i -> new Holder(guard, name + "-" + i, options))
                .toList();
    }

    private static void pause(Duration time) {
        Pause.of(time);
    }

    @Test
    @DisplayName("HLD-4 an outage longer than the ttl: all are told once, in time, and nothing renews what they lost")
    protected void longOutage() {
        try (StallMeter stalls = StallMeter.start();
                RedisTestServer server = RedisTestServer.startDurable();
                SyncGuard guard = listenedTo(server);
                SyncGuard other = SyncGuard.using(open(server.uri() + COMMON_TIMEOUT))) {
            List<Holder> early = take(guard, "early", HOLDERS, TTL);
            Await.until("each has been renewed", () -> early.stream().allMatch(holder -> log.beats(holder) > 0));
            List<Holder> late = take(guard, "late", LATE_HOLDERS, LATE_TTL);
            List<Holder> all = Stream.concat(early.stream(), late.stream()).toList();

            server.kill();
            long killedNanos = System.nanoTime();
            // For replies that were under way.
            pause(Duration.ofMillis(100));
            all.forEach(Holder::noteDeadline);
            pause(LONG_OUTAGE.minusNanos(System.nanoTime() - killedNanos));
            assertToldInTime(all, stalls.worst());
            server.restart();
            long backNanos = System.nanoTime();
            takeOver(other, all);

            assertThat(Duration.ofNanos(System.nanoTime() - backNanos))
                    .as("until all keys were free")
                    .isLessThan(SOON.plus(stalls.worst()));
            long beats = log.allBeats();
            pause(TTL.multipliedBy(3).dividedBy(10));
            assertThat(log.allBeats()).as("beats for locks that were lost").isEqualTo(beats);
            assertThat(all).allSatisfy(holder -> {
                assertThat(holder.timesTold()).isEqualTo(1);
                assertThat(log.timesLost(holder)).isEqualTo(1);
                assertThat(holder.lock().extend(TTL)).isFalse();
            });
            assertThat(log.missed()).isZero();
        }
    }

    private static void assertToldInTime(List<Holder> holders, Duration stall) {
        assertThat(holders).allSatisfy(holder -> {
            assertThat(holder.timesTold()).as("times it was told").isEqualTo(1);
            assertThat(Duration.ofNanos(holder.toldNanos() - holder.deadlineNanos()))
                    .as("from its deadline to the moment it was told")
                    .isBetween(Duration.ofMillis(-100).minus(stall), BUSY.plus(stall));
        });
    }

    /** Others take all keys, each as soon as it is free and with a greater fence, but not before its holder was told. */
    private static void takeOver(SyncGuard other, List<Holder> holders) {
        Map<String, FenceToken> fences = new HashMap<>();
        Await.until("all are taken over", () -> {
            for (Holder holder : holders) {
                if (!fences.containsKey(holder.key())) {
                    tryTo(other, holder, fences);
                }
            }
            return fences.size() == holders.size();
        });
        assertThat(holders).allSatisfy(holder -> assertThat(fences.get(holder.key()))
                .isGreaterThan(holder.lock().fence()));
    }

    private static void tryTo(SyncGuard other, Holder holder, Map<String, FenceToken> fences) {
        try {
            other.tryAcquire(holder.key(), LockOptions.defaults().withTtl(Duration.ofMinutes(1)))
                    .ifPresent(lock -> {
                        long takenNanos = System.nanoTime();
                        assertThat(holder.timesTold()).isEqualTo(1);
                        assertThat(Duration.ofNanos(takenNanos - holder.toldNanos()))
                                .isPositive();
                        fences.put(holder.key(), lock.fence());
                    });
        } catch (LockException e) {
            // Not connected yet.
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    @Test
    @DisplayName("HLD-2 an outage shorter than the ttl: all go on, and nobody is told of anything")
    protected void shortOutage() {
        try (RedisTestServer server = RedisTestServer.startDurable();
                SyncGuard guard = listenedTo(server);
                SyncGuard other = SyncGuard.using(open(server.uri() + COMMON_TIMEOUT))) {
            List<Holder> all = take(guard, "key", HOLDERS, TTL_THROUGH_SHORT);
            Await.until("each has been renewed", () -> all.stream().allMatch(holder -> log.beats(holder) > 0));

            server.kill();
            long killedNanos = System.nanoTime();
            pause(SHORT_OUTAGE);
            // A client that holds requests back while it reconnects lets beats fail only when they are given up.
            Await.until("a beat has failed", () -> log.failures() > 0);
            server.restart();
            Map<Holder, Long> before = new HashMap<>();
            all.forEach(holder -> before.put(holder, log.beats(holder)));
            Await.until("each has been renewed again", () -> all.stream()
                    .allMatch(holder -> log.beats(holder) > before.get(holder)));
            pause(TTL_THROUGH_SHORT.plusMillis(200).minusNanos(System.nanoTime() - killedNanos));

            assertThat(all).allSatisfy(holder -> {
                assertThat(holder.timesTold()).isZero();
                assertThat(holder.lock().isHeld()).isTrue();
                assertThat(other.tryAcquire(holder.key(), LockOptions.defaults().withTtl(TTL)))
                        .isEmpty();
                assertThat(holder.lock().release()).isTrue();
            });
            assertThat(all)
                    .allSatisfy(holder -> assertThat(log.timesLost(holder)).isZero());
            assertThat(log.missed()).isZero();
        }
    }
}

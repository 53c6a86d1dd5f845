package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testsupport.StallMeter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** Sentinels that put a replica in the place of a master that dies, while a hundred callers take locks. */
@Tag("side-by-side")
public abstract class Failovers {
    private static final int CALLERS = 100;
    private static final Duration TTL = Duration.ofSeconds(3);
    private static final Duration OPERATION_TIMEOUT = Duration.ofSeconds(2);

    /** What a busy machine may add to a timeout, but for the time that this process is stalled. */
    private static final Duration SLACK = Duration.ofSeconds(2);

    private static final Set<LockErrorCode> SERVER_AWAY =
            EnumSet.of(LockErrorCode.SERVICE_UNAVAILABLE, LockErrorCode.NETWORK_TIMEOUT);

    private final FailureCount failures = new FailureCount();
    private final AtomicLong longestNanos = new AtomicLong();
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicBoolean stop = new AtomicBoolean();

    /** Returns how URIs of sentinels begin that this client opens. */
    protected abstract String scheme();

    @Test
    @DisplayName(
            "RDS-16, OPT-2, ACQ-4 a sentinel and a master die: no call hangs, each has a known end, and locks go on with the next one")
    protected void masterDies() throws Exception {
        try (StallMeter stalls = StallMeter.start();
                SentinelGroup group = new SentinelGroup();
                SyncGuard guard = SyncGuard.connect(scheme() + "://" + group.sentinels() + "?operationTimeoutMillis="
                        + OPERATION_TIMEOUT.toMillis())) {
            group.loseFirstSentinel();
            List<Thread> callers = start(guard);
            Await.until("all of them take locks", () -> taken.get() > 10 * CALLERS);
            RedisTestServer dead = group.master();
            dead.kill();
            Await.within(SentinelGroup.PATIENCE, "there is another master", () -> group.masterPort() != dead.port());
            int before = taken.get();
            Await.until("locks are taken again", () -> taken.get() > before + 10 * CALLERS);
            stop.set(true);
            for (Thread caller : callers) {
                caller.join(TimeUnit.SECONDS.toMillis(30));
                assertThat(caller.isAlive()).as("hangs").isFalse();
            }

            failures.assertOnly(SERVER_AWAY);
            assertThat(Duration.ofNanos(longestNanos.get()))
                    .isLessThan(OPERATION_TIMEOUT.plus(SLACK).plus(stalls.worst()));
            try (Jedis master = new Jedis("127.0.0.1", group.masterPort())) {
                Await.until("no orphan outlives its ttl", () -> master.keys("syncguard:job-*")
                        .isEmpty());
            }
        }
    }

    private List<Thread> start(SyncGuard guard) {
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            String key = "job-" + i;
            Thread caller = new Thread(() -> call(guard, key), "caller-" + i);
            caller.start();
            callers.add(caller);
        }
        return callers;
    }

    private void call(SyncGuard guard, String key) {
        while (!stop.get()) {
            long begun = System.nanoTime();
            try {
                HeldLock lock = guard.tryAcquire(key, LockOptions.defaults().withTtl(TTL))
                        .orElse(null);
                longestNanos.accumulateAndGet(System.nanoTime() - begun, Math::max);
                if (lock != null) {
                    taken.incrementAndGet();
                    begun = System.nanoTime();
                    lock.release();
                }
            } catch (LockException e) {
                failures.add(e);
            }
            longestNanos.accumulateAndGet(System.nanoTime() - begun, Math::max);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}

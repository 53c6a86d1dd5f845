package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockKey;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testsupport.StallMeter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * A cluster whose slots move and one of whose masters dies, while a hundred callers take fifty locks. Each lock is granted once its
 * master's only replica has it; without that, a master that dies under such load takes some tokens with it that were given.
 */
public abstract class ClusterUnderLoad {
    private static final Logger LOGGER = System.getLogger(ClusterUnderLoad.class.getName());

    private static final int CALLERS = 100;
    private static final int KEYS = 50;
    private static final int MOVES = 10;
    private static final Duration TTL = Duration.ofSeconds(3);
    private static final Duration OPERATION_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What a busy machine may add to a timeout, but for the time that this process is stalled. */
    private static final Duration SLACK = Duration.ofSeconds(2);

    private static final Set<LockErrorCode> SERVER_AWAY =
            EnumSet.of(LockErrorCode.SERVICE_UNAVAILABLE, LockErrorCode.NETWORK_TIMEOUT);

    private final FailureCount failures = new FailureCount();
    private final ConcurrentLinkedQueue<String> doubles = new ConcurrentLinkedQueue<>();
    private final AtomicLongArray fences = new AtomicLongArray(KEYS);
    private final AtomicLong longestNanos = new AtomicLong();
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicBoolean stop = new AtomicBoolean();

    /** Returns how URIs of clusters begin that this client opens. */
    protected abstract String scheme();

    /** Returns a guard for the cluster of a URI, which the test closes. */
    protected SyncGuard connect(String uri) {
        return SyncGuard.connect(uri);
    }

    @Test
    @DisplayName(
            "CLU-4, RDS-15, FEN-1, OPT-2, ACQ-4 slots move and a master dies: tokens rise, no call hangs, and no lock is left behind")
    protected void inTrouble() throws Exception {
        try (StallMeter stalls = StallMeter.start();
                ClusterGroup group = new ClusterGroup();
                SyncGuard guard = connect(scheme() + "://" + group.nodes() + "?replicaAcks=1&operationTimeoutMillis="
                        + OPERATION_TIMEOUT.toMillis())) {
            List<Thread> callers = start(guard);
            awaitMore("all of them take locks");

            ClusterLayout layout = new ClusterLayout("syncguard");
            for (int i = 0; i < MOVES; i++) {
                group.migrate(layout.lock(key(i))).finish();
            }
            long failuresOfMoves = failures.all();
            awaitMore("locks are taken after slots have moved");

            RedisTestServer dead = group.servers().get(0);
            dead.kill();
            Await.within(
                    PATIENCE,
                    "a replica is in its place",
                    () -> group.masterPorts().size() == 3);
            awaitMore("locks are taken again");
            dead.restart();
            group.awaitWhole();
            awaitMore("locks are taken in the whole cluster");

            stop.set(true);
            for (Thread caller : callers) {
                caller.join(TimeUnit.SECONDS.toMillis(30));
                assertThat(caller.isAlive()).as("hangs").isFalse();
            }
            LOGGER.log(
                    Level.INFO,
                    () ->
                            "%s: %d locks, longest call %d ms, failures: %d while slots moved, %d known and %d unknown in all"
                                    .formatted(
                                            scheme(),
                                            taken.get(),
                                            Duration.ofNanos(longestNanos.get()).toMillis(),
                                            failuresOfMoves,
                                            failures.all() - failures.unknown(),
                                            failures.unknown()));

            assertThat(doubles).isEmpty();
            failures.assertOnly(SERVER_AWAY);
            assertThat(Duration.ofNanos(longestNanos.get()))
                    .isLessThan(OPERATION_TIMEOUT.plus(SLACK).plus(stalls.worst()));
            Await.within(PATIENCE, "no orphan outlives its ttl", () -> group.keys("syncguard:{*}:job-*")
                    .isEmpty());
        }
    }

    private void awaitMore(String what) {
        int before = taken.get();
        Await.within(PATIENCE, what, () -> taken.get() > before + 10 * CALLERS);
    }

    private static LockKey key(int index) {
        return LockKey.of("job-" + index);
    }

    private List<Thread> start(SyncGuard guard) {
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            int index = i % KEYS;
            Thread caller = new Thread(() -> call(guard, index), "caller-" + i);
            caller.start();
            callers.add(caller);
        }
        return callers;
    }

    private void call(SyncGuard guard, int index) {
        while (!stop.get()) {
            long begun = System.nanoTime();
            try {
                HeldLock lock = guard.tryAcquire(
                                key(index).value(), LockOptions.defaults().withTtl(TTL))
                        .orElse(null);
                longestNanos.accumulateAndGet(System.nanoTime() - begun, Math::max);
                if (lock != null) {
                    long fence = lock.fence().value();
                    long before = fences.getAndAccumulate(index, fence, Math::max);
                    if (fence <= before) {
                        doubles.add("job-" + index + ": " + fence + " after " + before);
                    }
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

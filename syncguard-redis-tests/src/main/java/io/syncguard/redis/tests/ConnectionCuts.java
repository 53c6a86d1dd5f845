package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.HeldLock;
import io.syncguard.LockException;
import io.syncguard.SyncGuard;
import io.syncguard.redis.common.RedisScript;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.FaultProxy;
import io.syncguard.testservers.RedisTestServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Connections that are cut over and over, between a script's run and its reply, while many work. */
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
public abstract class ConnectionCuts {
    private static final int WORKERS = 6;
    private static final Duration TTL = Duration.ofSeconds(30);
    private static final List<RedisScript> CUT_SCRIPTS =
            List.of(RedisScript.ACQUIRE, RedisScript.RELEASE, RedisScript.EXTEND);

    /** Returns a backend opened by a {@code redis://} URI, which the test closes. */
    protected abstract LockBackend open(String uri);

    /** Returns how many replies are cut off; {@code -Dsyncguard.cuts=…} overrides it. */
    protected int cuts() {
        return 1_000;
    }

    private final AtomicBoolean enough = new AtomicBoolean();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger overlaps = new AtomicInteger();
    private final Queue<Long> fences = new ConcurrentLinkedQueue<>();
    private final Queue<String> surprises = new ConcurrentLinkedQueue<>();

    @Test
    @DisplayName(
            "RDS-5, ACQ-3, ACQ-4 replies cut off again and again under load: no orphan, no two holders, no repeated fence")
    protected void manyCuts() throws InterruptedException {
        try (RedisTestServer server = RedisTestServer.start();
                FaultProxy proxy = new FaultProxy(server.port());
                SyncGuard guard = SyncGuard.using(open(proxy.uri()));
                SyncGuard direct = SyncGuard.using(open(server.uri()))) {
            guard.run("shared", () -> {});
            List<Thread> workers = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                workers.add(new Thread(() -> work(guard)));
            }
            workers.forEach(Thread::start);

            int cuts = Integer.getInteger("syncguard.cuts", cuts());
            for (int cut = 0; cut < cuts; cut++) {
                int before = proxy.cuts();
                RedisScript script = CUT_SCRIPTS.get(cut % CUT_SCRIPTS.size());
                proxy.cutReplyToNext(new String(script.sha1(), StandardCharsets.US_ASCII));
                Await.until("the reply is cut off", () -> proxy.cuts() > before);
            }
            enough.set(true);
            for (Thread worker : workers) {
                worker.join();
            }

            assertThat(surprises)
                    .as("failures that are none of a cut connection")
                    .isEmpty();
            assertThat(overlaps).as("times that two held the lock").hasValue(0);
            assertThat(List.copyOf(fences))
                    .as("fences in the order of holding")
                    .doesNotHaveDuplicates()
                    .isSorted();
            Await.until("no orphan is left", () -> !direct.isLocked("shared"));
        }
    }

    private void work(SyncGuard guard) {
        while (!enough.get()) {
            try {
                guard.tryAcquire("shared", TTL).ifPresent(this::hold);
            } catch (LockException e) {
                if (!e.isOutcomeUnknown()) {
                    surprises.add(e.getMessage());
                }
            }
        }
    }

    private void hold(HeldLock lock) {
        overlaps.addAndGet(inside.getAndIncrement());
        fences.add(lock.fence().value());
        try {
            if (!lock.extend(TTL)) {
                surprises.add("the lock was lost");
            }
        } finally {
            inside.getAndDecrement();
            giveBack(lock);
        }
    }

    /** A release of unknown outcome may be repeated (REL-2). */
    private void giveBack(HeldLock lock) {
        for (int attempt = 0; attempt < 100; attempt++) {
            try {
                lock.release();
                return;
            } catch (LockException e) {
                if (!e.isOutcomeUnknown()) {
                    surprises.add(e.getMessage());
                }
            }
        }
        surprises.add("a lock could not be given back");
    }
}

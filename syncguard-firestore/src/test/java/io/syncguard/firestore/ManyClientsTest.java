package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.firestore.FirestoreOptions;
import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.FirestoreEmulator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Very many clients, each with a connection of its own, that contend for one key: for five seconds, or with
 * {@code -Dsyncguard.contentionSeconds=60} for as long as that, and then the figures are printed.
 */
@Timeout(300)
class ManyClientsTest {
    private static final String SECONDS = "syncguard.contentionSeconds";
    private static final int CLIENTS = 32;
    private static final String KEY = "wanted";
    private static final LockOptions OPTIONS =
            LockOptions.defaults().withTimeout(Duration.ofSeconds(2)).withMaxRetries(Integer.MAX_VALUE);

    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final String run = UUID.randomUUID().toString();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger overlaps = new AtomicInteger();
    private final AtomicInteger timeouts = new AtomicInteger();
    private final AtomicLong freedNanos = new AtomicLong();
    private final Queue<Long> fences = new ConcurrentLinkedQueue<>();
    private final Queue<Long> handOverNanos = new ConcurrentLinkedQueue<>();
    private final Queue<String> surprises = new ConcurrentLinkedQueue<>();

    @Test
    @DisplayName(
            "ACQ-1, ACQ-2, FEN-1 of many clients one holds at a time, fences rise, and nothing fails but by its timeout")
    void contend() throws InterruptedException {
        contend(() -> FirestoreLockBackendProvider.open(
                BackendUri.parse("firestore://" + Emulated.PROJECT + "?operationTimeoutMillis=20000&collection=locks-"
                        + run + "&fenceCollection=fences-" + run),
                FirestoreEmulator.address()));

        assertThat(surprises).as("failures other than timeouts").isEmpty();
        assertThat(overlaps).as("times that two held the lock").hasValue(0);
        assertThat(List.copyOf(fences))
                .as("fences in the order of holding")
                .hasSizeGreaterThan(10)
                .doesNotHaveDuplicates()
                .isSorted();
    }

    @Test
    @EnabledIfSystemProperty(named = SECONDS, matches = ".*", disabledReason = "only a yardstick")
    @DisplayName("for comparison: the same with the client's transactions")
    void contendByTransactions() throws InterruptedException {
        FirestoreLockOptions options =
                FirestoreLockOptions.defaults().withCollections("locks-t-" + run, "fences-t-" + run);
        contend(() -> new TransactionBackend(
                FirestoreOptions.newBuilder()
                        .setProjectId(Emulated.PROJECT)
                        .setEmulatorHost(FirestoreEmulator.address())
                        .build()
                        .getService(),
                options));
    }

    private void contend(Supplier<LockBackend> open) throws InterruptedException {
        List<SyncGuard> guards = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            guards.add(SyncGuard.using(open.get()));
        }
        try {
            for (SyncGuard guard : guards) {
                guard.run("warm-up", () -> {});
            }
            Integer asked = Integer.getInteger(SECONDS);
            int seconds = asked == null ? 5 : asked;
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            List<Thread> threads = guards.stream()
                    .map(guard -> new Thread(() -> contend(guard, end)))
                    .toList();
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            if (asked != null) {
                System.out.printf(
                        "%d clients, %d s: %.1f sections/s, hand-over p50 %d ms, p99 %d ms, %d timeouts, %d other failures, %s%n",
                        CLIENTS,
                        seconds,
                        fences.size() / (double) seconds,
                        percentile(50),
                        percentile(99),
                        timeouts.get(),
                        surprises.size(),
                        surprises.stream().limit(1).toList());
            }
        } finally {
            guards.forEach(SyncGuard::close);
        }
    }

    private void contend(SyncGuard guard, long endNanos) {
        while (System.nanoTime() - endNanos < 0) {
            try (HeldLock lock = guard.acquire(KEY, OPTIONS)) {
                long freed = freedNanos.get();
                if (freed != 0) {
                    handOverNanos.add(System.nanoTime() - freed);
                }
                overlaps.addAndGet(inside.getAndIncrement());
                fences.add(lock.fence().value());
                inside.getAndDecrement();
                freedNanos.set(System.nanoTime());
            } catch (LockException e) {
                if (e.code() == LockErrorCode.ACQUISITION_TIMEOUT) {
                    timeouts.incrementAndGet();
                } else {
                    surprises.add(e.getMessage());
                }
            }
        }
    }

    private long percentile(int percent) {
        List<Long> sorted = new ArrayList<>(handOverNanos);
        Collections.sort(sorted);
        return sorted.isEmpty()
                ? 0
                : TimeUnit.NANOSECONDS.toMillis(sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100)));
    }
}

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
import io.syncguard.testsupport.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Very many clients, each with a connection of its own, that contend for one key: for five seconds, or with
 * {@code -Dsyncguard.contentionSeconds=60} for as long as that, and then the figures are printed;
 * {@code -Dsyncguard.contentionClients=8} for so many clients, {@code -Dsyncguard.contentionWorkMillis=20} for so long a
 * time under the lock.
 */
@Timeout(300)
class ManyClientsTest {
    private static final String SECONDS = "syncguard.contentionSeconds";
    private static final int CLIENTS = Integer.getInteger("syncguard.contentionClients", 32);
    private static final long WORK_NANOS =
            TimeUnit.MILLISECONDS.toNanos(Integer.getInteger("syncguard.contentionWorkMillis", 0));
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
    private final AtomicReference<Freed> freed = new AtomicReference<>(new Freed(0, -1));
    private final AtomicIntegerArray turns = new AtomicIntegerArray(CLIENTS);
    private final AtomicLong longestWaitNanos = new AtomicLong();
    private final Queue<Long> fences = new ConcurrentLinkedQueue<>();
    private final Queue<Long> handOverNanos = new ConcurrentLinkedQueue<>();
    private final Queue<String> surprises = new ConcurrentLinkedQueue<>();

    private record Freed(long nanos, int client) {}

    @Test
    @DisplayName(
            "ACQ-1, ACQ-2, FEN-1 of many clients one holds at a time, fences rise, and nothing fails but by its timeout")
    void contend() throws InterruptedException {
        contend("woken by listeners", () -> open("locks-" + run));

        assertThat(surprises).as("failures other than timeouts").isEmpty();
        assertThat(overlaps).as("times that two held the lock").hasValue(0);
        assertThat(List.copyOf(fences))
                .as("fences in the order of holding")
                .hasSizeGreaterThan(10)
                .doesNotHaveDuplicates()
                .isSorted();
    }

    private static LockBackend open(String collections) {
        return FirestoreLockBackendProvider.open(
                BackendUri.parse(
                        "firestore://" + Emulated.PROJECT + "?operationTimeoutMillis=20000&collection=" + collections),
                FirestoreEmulator.address());
    }

    @Test
    @EnabledIfSystemProperty(named = SECONDS, matches = ".*", disabledReason = "only a yardstick")
    @DisplayName("for comparison: the same with the client's transactions")
    void contendByTransactions() throws InterruptedException {
        FirestoreLockOptions options = FirestoreLockOptions.defaults().withCollection("locks-t-" + run);
        contend(
                "transactions",
                () -> new TransactionBackend(
                        FirestoreOptions.newBuilder()
                                .setProjectId(Emulated.PROJECT)
                                .setEmulatorHost(FirestoreEmulator.address())
                                .build()
                                .getService(),
                        options));
    }

    private void contend(String name, Supplier<LockBackend> open) throws InterruptedException {
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
            List<Thread> threads = IntStream.range(0, CLIENTS)
                    .mapToObj(client -> new Thread(() -> contend(client, guards.get(client), end)))
                    .toList();
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            if (asked != null) {
                System.out.printf(
                        "%s, %d clients, %d s: %.1f sections/s, %.1f hand-overs/s, p50 %d ms, p99 %d ms, longest wait %d ms,"
                                + " turns %s, %d timeouts, %d other failures, %s%n",
                        name,
                        CLIENTS,
                        seconds,
                        fences.size() / (double) seconds,
                        handOverNanos.size() / (double) seconds,
                        percentile(50),
                        percentile(99),
                        TimeUnit.NANOSECONDS.toMillis(longestWaitNanos.get()),
                        turns,
                        timeouts.get(),
                        surprises.size(),
                        surprises.stream().limit(1).toList());
            }
        } finally {
            guards.forEach(SyncGuard::close);
        }
    }

    private void contend(int client, SyncGuard guard, long endNanos) {
        long since = System.nanoTime();
        while (System.nanoTime() - endNanos < 0) {
            try (HeldLock lock = guard.acquire(KEY, OPTIONS)) {
                long now = System.nanoTime();
                Freed last = freed.get();
                if (last.client >= 0 && last.client != client) {
                    handOverNanos.add(now - last.nanos);
                }
                longestWaitNanos.accumulateAndGet(now - since, Math::max);
                turns.incrementAndGet(client);
                overlaps.addAndGet(inside.getAndIncrement());
                fences.add(lock.fence().value());
                Pause.until(System.nanoTime() + WORK_NANOS);
                inside.getAndDecrement();
                since = System.nanoTime();
                freed.set(new Freed(since, client));
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

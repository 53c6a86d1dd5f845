package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.spi.LockBackend;
import io.syncguard.testsupport.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Clients, each with a backend of its own, that want one key all the time. */
final class Contention {
    private static final String KEY = "wanted";
    private static final int FEWEST_SECTIONS = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final LockOptions OPTIONS =
            LockOptions.defaults().withTimeout(Duration.ofSeconds(2)).withMaxRetries(Integer.MAX_VALUE);

    private final int clients;
    private final Duration length;
    private final Duration work;
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger overlaps = new AtomicInteger();
    private final AtomicInteger timeouts = new AtomicInteger();
    private final AtomicReference<Freed> freed = new AtomicReference<>(new Freed(0, -1));
    private final AtomicIntegerArray turns;
    private final AtomicLong longestWaitNanos = new AtomicLong();
    private final Queue<Long> fences = new ConcurrentLinkedQueue<>();
    private final Queue<Long> handOverNanos = new ConcurrentLinkedQueue<>();
    private final Queue<String> surprises = new ConcurrentLinkedQueue<>();

    private record Freed(long nanos, int client) {}

    /**
     * @param length for how long they contend
     * @param work how long each holds the lock
     */
    Contention(int clients, Duration length, Duration work) {
        this.clients = clients;
        this.length = length;
        this.work = work;
        this.turns = new AtomicIntegerArray(clients);
    }

    /**
     * Has the clients contend.
     *
     * @param open opens the backend of one client
     * @param ready called when all clients are connected, before they begin
     */
    void run(Supplier<LockBackend> open, Runnable ready) throws InterruptedException {
        List<SyncGuard> guards = new ArrayList<>();
        try {
            for (int i = 0; i < clients; i++) {
                guards.add(SyncGuard.using(open.get()));
            }
            for (SyncGuard guard : guards) {
                guard.run("warm-up", () -> {});
            }
            ready.run();
            long end = System.nanoTime() + length.toNanos();
            List<Thread> threads = IntStream.range(0, clients)
                    .mapToObj(client -> new Thread(() -> contend(client, guards.get(client), end)))
                    .toList();
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
        } finally {
            guards.forEach(SyncGuard::close);
        }
    }

    /** On a busy machine so many clients may need longer for what there is to see. */
    private boolean isOver(long endNanos) {
        long late = System.nanoTime() - endNanos;
        return late >= 0 && (fences.size() > FEWEST_SECTIONS || late >= PATIENCE.toNanos());
    }

    private void contend(int client, SyncGuard guard, long endNanos) {
        long since = System.nanoTime();
        while (!isOver(endNanos)) {
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
                Pause.until(System.nanoTime() + work.toNanos());
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

    void assertExclusion() {
        assertThat(surprises).as("failures other than timeouts").isEmpty();
        assertThat(overlaps).as("times that two held the lock").hasValue(0);
        assertThat(List.copyOf(fences))
                .as("fences in the order of holding")
                .hasSizeGreaterThan(FEWEST_SECTIONS)
                .doesNotHaveDuplicates()
                .isSorted();
    }

    /**
     * Prints the figures.
     *
     * @param bill what all clients together were billed for; without anything if that is unknown
     */
    void print(String name, Wire.Bill bill) {
        double seconds = length.toMillis() / 1_000.0;
        double sections = Math.max(1, fences.size());
        List<Integer> each =
                IntStream.range(0, clients).mapToObj(turns::get).sorted().toList();
        System.out.printf(
                Locale.ROOT,
                "%s, %d clients, %.0f s, %d ms of work: %.1f sections/s, %.1f hand-overs/s of p50 %d ms, p99 %d ms, longest wait"
                        + " %d ms, turns of a client %d to %d, %d timeouts, %d other failures %s%s%n",
                name,
                clients,
                seconds,
                work.toMillis(),
                fences.size() / seconds,
                handOverNanos.size() / seconds,
                percentile(50),
                percentile(99),
                TimeUnit.NANOSECONDS.toMillis(longestWaitNanos.get()),
                each.get(0),
                each.get(clients - 1),
                timeouts.get(),
                surprises.size(),
                surprises.stream().limit(1).toList(),
                bill.operations() == 0
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                "; billed for each section: %.1f reads, of which %.1f by listeners, and %.1f writes",
                                (bill.reads() + bill.heard()) / sections,
                                bill.heard() / sections,
                                bill.writes() / sections));
    }

    private long percentile(int percent) {
        List<Long> sorted = new ArrayList<>(handOverNanos);
        Collections.sort(sorted);
        return sorted.isEmpty()
                ? 0
                : TimeUnit.NANOSECONDS.toMillis(sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100)));
    }
}

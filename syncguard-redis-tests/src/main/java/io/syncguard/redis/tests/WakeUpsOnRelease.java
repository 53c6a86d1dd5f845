package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.syncguard.HeldLock;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.WakeUps;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testsupport.Pause;
import io.syncguard.testsupport.StallMeter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.params.ClientKillParams;

/** Clients that wait for each other's locks, each with connections of its own as processes have. */
@Timeout(value = 240, threadMode = ThreadMode.SEPARATE_THREAD)
public abstract class WakeUpsOnRelease {
    private static final String KEY = "wanted";
    private static final Ttl TTL = new Ttl(60_000);
    private static final LockOptions PATIENT =
            LockOptions.defaults().withTimeout(Duration.ofSeconds(60)).withMaxRetries(Integer.MAX_VALUE);

    /** Returns a backend opened by a {@code redis://} URI, which the test closes. */
    protected abstract LockBackend open(String uri);

    private final RedisTestServer server = RedisTestServer.start();
    private final UnifiedJedis raw = JedisClients.create("127.0.0.1", server.port());
    private final List<SyncGuard> guards = new ArrayList<>();

    @AfterEach
    protected void close() {
        guards.forEach(SyncGuard::close);
        raw.close();
        server.close();
    }

    private SyncGuard client() {
        SyncGuard guard = SyncGuard.using(open(server.uri()));
        guards.add(guard);
        Await.connected(guard);
        guard.run("warm-up", () -> {});
        return guard;
    }

    /** Waits once, so that the subscription is there. */
    private void subscribed(SyncGuard guard, SyncGuard other) {
        HeldLock held = other.acquire("first");
        Thread waiter = waiting(guard, "first", new AtomicLong());
        Await.until("it is registered", () -> raw.zcard("syncguard:wait:first") == 1);
        held.close();
        join(waiter);
    }

    private static Thread waiting(SyncGuard guard, String key, AtomicLong takenNanos) {
        Thread thread = new Thread(() -> {
            guard.run(key, PATIENT, () -> takenNanos.set(System.nanoTime()));
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Has somebody wait for the lock, and hold it until all may end. */
    private static Thread holding(SyncGuard guard, AtomicBoolean mayEnd) {
        Thread thread = new Thread(() -> guard.run(KEY, PATIENT, () -> Await.until("it may end", mayEnd::get)));
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void join(Thread thread) {
        try {
            thread.join(60_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assertThat(thread.isAlive()).as("the waiter is still there").isFalse();
    }

    private long millisToHandOver(SyncGuard from, SyncGuard to) {
        HeldLock held = from.acquire(KEY);
        AtomicLong takenNanos = new AtomicLong();
        Thread waiter = waiting(to, KEY, takenNanos);
        Await.until("it is registered", () -> raw.zcard("syncguard:wait:" + KEY) == 1);
        // Where a waiter that polls is in a long pause.
        Pause.millis(330);
        try (StallMeter stalls = StallMeter.start()) {
            long releasedNanos = System.nanoTime();
            held.close();
            join(waiter);
            return unstalled(takenNanos.get() - releasedNanos, stalls);
        }
    }

    /** Returns the milliseconds of a time, without the worst stall of this process in it. */
    private static long unstalled(long nanos, StallMeter stalls) {
        return TimeUnit.NANOSECONDS.toMillis(nanos - stalls.worst().toNanos());
    }

    @Test
    @DisplayName("WAI-1, WAI-4 a release in one client wakes the waiter in another at once")
    protected void woken() {
        SyncGuard one = client();
        SyncGuard two = client();
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            millis.add(millisToHandOver(one, two));
        }

        assertThat(millis.stream().sorted().toList().get(4))
                .as("the median hand-over in ms, of %s", millis)
                .isLessThan(30);
        assertThat(raw.exists("syncguard:wait:" + KEY))
                .as("a list nobody is on")
                .isFalse();
    }

    @Test
    @DisplayName("WAI-4 a subscription that was cut off comes back, and a lost message costs a pause and no more")
    protected void subscriptionLost() {
        SyncGuard one = client();
        SyncGuard two = client();
        subscribed(two, one);
        HeldLock held = one.acquire(KEY);
        AtomicLong takenNanos = new AtomicLong();
        Thread waiter = waiting(two, KEY, takenNanos);
        Await.until("it is registered", () -> raw.zcard("syncguard:wait:" + KEY) == 1);

        try (Jedis admin = new Jedis("127.0.0.1", server.port())) {
            admin.clientKill(new ClientKillParams().type(ClientType.PUBSUB));
        }
        held.close();

        join(waiter);
        try (Jedis admin = new Jedis("127.0.0.1", server.port())) {
            Await.until("it has subscribed again", () -> !admin.pubsubChannels().isEmpty());
        }
        assertThat(millisToHandOver(one, two)).isLessThan(500);
    }

    @Test
    @DisplayName("WAI-4 a client that is gone, or no longer wants the lock, is passed over")
    protected void gone() {
        SyncGuard one = client();
        SyncGuard leaving = client();
        SyncGuard last = client();
        subscribed(last, one);
        HeldLock held = one.acquire(KEY);
        AtomicReference<LockException> aborted = new AtomicReference<>();
        Thread first = new Thread(() -> {
            try (HeldLock lock = leaving.acquire(KEY, PATIENT)) {
                throw new AssertionError("granted to a closed guard: " + lock);
            } catch (LockException e) {
                aborted.set(e);
            }
        });
        first.start();
        Await.until("it is registered", () -> raw.zcard("syncguard:wait:" + KEY) == 1);
        AtomicLong takenNanos = new AtomicLong();
        Thread waiter = waiting(last, KEY, takenNanos);
        Await.until("both are registered", () -> raw.zcard("syncguard:wait:" + KEY) == 2);

        leaving.close();
        join(first);
        // Where a waiter that polls pauses for longest.
        Pause.millis(1_500);
        try (StallMeter stalls = StallMeter.start()) {
            long releasedNanos = System.nanoTime();
            held.close();
            assertThat(raw.zcard("syncguard:wait:" + KEY))
                    .as("who waits, once the release has passed over the one and told the other")
                    .isZero();
            join(waiter);

            assertThat(aborted.get()).isNotNull();
            assertThat(unstalled(takenNanos.get() - releasedNanos, stalls)).isLessThan(300);
        }
    }

    @Test
    @DisplayName(
            "WAI-4, WAI-7 a backend that closes passes on the turn that its waiter was called for and has not used")
    protected void closedWhenCalled() {
        LockKey key = LockKey.of(KEY);
        LockBackend closing = open(server.uri());
        try (LockBackend holder = open(server.uri());
                LockBackend next = open(server.uri())) {
            LockId held = LockId.random();
            assertThat(holder.acquire(key, held, TTL)).isInstanceOf(Acquired.class);
            AtomicInteger closingCalls = new AtomicInteger();
            AtomicInteger nextCalls = new AtomicInteger();
            WakeUps.Place unused = registered(closing, key, closingCalls, 1);
            try (WakeUps.Place place = registered(next, key, nextCalls, 2)) {
                holder.release(held);
                Await.until("the first is called", () -> closingCalls.get() == 2);

                closing.close();

                Await.until("the next is called", () -> nextCalls.get() == 2);
                assertThat(place.acquire(LockId.random(), TTL, Duration.ZERO)).isInstanceOf(Acquired.class);
            }
        } finally {
            closing.close();
        }
    }

    /** Returns a place of a process that was called once, because it has subscribed, and is in the set with others. */
    private WakeUps.Place registered(LockBackend backend, LockKey key, AtomicInteger calls, long all) {
        WakeUps.Place place = backend.wakeUps().orElseThrow().enter(key, calls::incrementAndGet);
        Await.until("it has subscribed", () -> calls.get() == 1);
        assertThat(place.acquire(LockId.random(), TTL, Duration.ZERO)).isInstanceOf(Contended.class);
        assertThat(raw.zcard("syncguard:wait:" + KEY)).isEqualTo(all);
        return place;
    }

    @Test
    @DisplayName(
            "WAI-4, RDS-3 a lock says that somebody waits for it, also one that was waited for itself, and its release tells him")
    protected void marked() {
        SyncGuard one = client();
        SyncGuard two = client();
        SyncGuard three = client();
        subscribed(two, one);
        subscribed(three, one);
        HeldLock held = one.acquire(KEY);
        assertThat(raw.get("syncguard:" + KEY)).endsWith("\"key\":\"" + KEY + "\"}");
        AtomicBoolean mayEnd = new AtomicBoolean();
        Thread second = holding(two, mayEnd);
        Await.until("it is registered", () -> raw.zcard("syncguard:wait:" + KEY) == 1);
        assertThat(raw.get("syncguard:" + KEY)).endsWith("\"key\":\"" + KEY + "\",\"waited\":true}");
        Thread third = holding(three, mayEnd);
        Await.until("both are registered", () -> raw.zcard("syncguard:wait:" + KEY) == 2);
        assertThat(one.lookup(KEY)).as("LKP-1 a marked lock").isPresent();
        var unused = held.extend(Duration.ofSeconds(20));
        assertThat(raw.get("syncguard:" + KEY))
                .as("after an extension")
                .endsWith("\"key\":\"" + KEY + "\",\"waited\":true}");

        held.close();
        // Mostly the second, who was called. The third tries by itself now and then, and may come first.
        Await.until("one of them has it", () -> raw.zcard("syncguard:wait:" + KEY) == 1 && one.isLocked(KEY));
        assertThat(raw.get("syncguard:" + KEY)).endsWith("\"waited\":true}");
        mayEnd.set(true);
        join(second);
        join(third);

        assertThat(raw.exists("syncguard:wait:" + KEY, "syncguard:" + KEY)).isZero();
    }

    @Test
    @DisplayName("WAI-3, WAI-4 eight clients take turns, and a section costs few commands")
    protected void turns() {
        int clients = 8;
        List<AtomicInteger> turns = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        List<SyncGuard> contenders = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            contenders.add(client());
        }
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        long warm = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        long end = warm + TimeUnit.SECONDS.toNanos(4);
        for (SyncGuard contender : contenders) {
            AtomicInteger mine = new AtomicInteger();
            turns.add(mine);
            Thread thread = new Thread(() -> {
                while (System.nanoTime() - end < 0) {
                    contender.run(KEY, PATIENT, () -> {
                        overlaps.addAndGet(inside.getAndIncrement());
                        if (System.nanoTime() - warm > 0) {
                            mine.incrementAndGet();
                        }
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                        inside.getAndDecrement();
                    });
                }
            });
            threads.add(thread);
            thread.start();
        }
        Pause.until(warm);
        long scriptsBefore = scripts();
        threads.forEach(WakeUpsOnRelease::join);
        long scripts = scripts() - scriptsBefore;

        int sections = turns.stream().mapToInt(AtomicInteger::get).sum();
        int most = turns.stream().mapToInt(AtomicInteger::get).max().orElseThrow();
        int fewest = turns.stream().mapToInt(AtomicInteger::get).min().orElseThrow();
        assertThat(overlaps).hasValue(0);
        assertThat(sections).isGreaterThan(100);
        assertThat((double) fewest / most)
                .as("fewest to most turns, of %s", turns)
                .isGreaterThan(0.5);
        assertThat(scripts / (double) sections).as("scripts a section").isLessThan(6);
    }

    @Test
    @DisplayName("WAI-3 who wants a lock back that he left to another is the next, however short the other's work is")
    protected void alternating() {
        List<SyncGuard> contenders = List.of(client(), client());
        subscribed(contenders.get(0), contenders.get(1));
        subscribed(contenders.get(1), contenders.get(0));
        double most = 0;
        boolean alwaysStalled = true;

        for (int attempt = 0; attempt < 10 && most <= 0.4; attempt++) {
            try (StallMeter stalls = StallMeter.start()) {
                most = Math.max(most, handOvers(contenders));
                alwaysStalled &= !stalls.worst().isZero();
            }
        }

        // The lock is left to the other for two milliseconds, in which it must be able to come.
        assumeTrue(most > 0.4 || !alwaysStalled, "this process was stalled all the time");
        assertThat(most).as("hand-overs to the other, of all").isGreaterThan(0.4);
    }

    /** Has both take the lock as often as they can, and returns the part of their sections that follow one of the other. */
    private static double handOvers(List<SyncGuard> contenders) {
        int sectionsEach = 400;
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < contenders.size(); i++) {
            int number = i;
            Thread thread = new Thread(() -> {
                for (int section = 0; section < sectionsEach; section++) {
                    contenders.get(number).run(KEY, PATIENT, () -> order.add(number));
                }
            });
            threads.add(thread);
            thread.start();
        }
        threads.forEach(WakeUpsOnRelease::join);

        // While both were there: either may have been alone at first, or at the end.
        int from = Math.max(order.indexOf(0), order.indexOf(1));
        int to = Math.min(order.lastIndexOf(0), order.lastIndexOf(1));
        long changes = IntStream.rangeClosed(from, to)
                .filter(i -> i > 0 && !order.get(i).equals(order.get(i - 1)))
                .count();
        return changes / (to - from + 1.0);
    }

    private long scripts() {
        return raw.info("commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_evalsha:") || line.startsWith("cmdstat_eval:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*:calls=(\\d+),.*", "$1")))
                .sum();
    }
}

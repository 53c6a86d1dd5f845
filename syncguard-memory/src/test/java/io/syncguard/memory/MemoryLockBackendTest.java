package io.syncguard.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.LockListing;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.WakeUps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** What the conformance suite does not ask of a backend, or skips where a backend lacks it. */
@Timeout(120)
class MemoryLockBackendTest {
    private static final LockKey KEY = LockKey.of("key");
    private static final Ttl LONG = new Ttl(60_000);

    private final TestLocks locks = TestLocks.create();
    private final MemoryLockBackend one = locks.backend(MemoryOptions.defaults());
    private final MemoryLockBackend other = locks.backend(MemoryOptions.defaults());

    @AfterEach
    void close() {
        one.close();
        other.close();
    }

    private static LockId take(MemoryLockBackend backend) {
        LockId id = LockId.random();
        assertThat(backend.acquire(KEY, id, LONG)).isInstanceOf(Acquired.class);
        return id;
    }

    private static WakeUps wakeUps(MemoryLockBackend backend) {
        return backend.wakeUps().orElseThrow();
    }

    @Test
    @DisplayName("it has a store of its own unless it is told which, wakes waiters by turns, and lists locks")
    void capabilities() {
        try (MemoryLockBackend alone = MemoryLockBackend.create();
                MemoryLockBackend onAnother = MemoryLockBackend.on(new MemoryStore())) {
            take(alone);
            take(onAnother);
            take(one);
        }
        assertThat(wakeUps(one).level()).isEqualTo(WakeUps.Level.TURNS);
        assertThat(one.listing()).isPresent();
        assertThat(new MemoryLockBackendProvider().name()).isEqualTo("syncguard-memory");
    }

    @Test
    @DisplayName("CHK-1, LKP-1 deleting a lock that is long over leaves the lock that its id has acquired since")
    void cleansUpAfterItsIdWentOn() {
        LockKey another = LockKey.of("another");
        LockId id = take(one);
        locks.advance(Duration.ofHours(1));
        assertThat(one.acquire(another, id, LONG)).isInstanceOf(Acquired.class);

        try (MemoryLockBackend cleaning = locks.backend(MemoryOptions.defaults().withCleanupInIsLocked(true))) {
            assertThat(cleaning.isLocked(KEY)).isFalse();
        }

        assertThat(one.lookup(id)).isPresent();
        assertThat(one.release(id)).isEqualTo(ReleaseResult.RELEASED);
        assertThat(one.isLocked(another)).isFalse();
    }

    @Test
    @DisplayName("WAI-6 a release calls the process that has waited for longest, also if it tried later")
    void longestFirst() {
        LockId held = take(one);
        List<String> called = new ArrayList<>();
        try (WakeUps.Place recent = wakeUps(one).enter(KEY, () -> called.add("recent"));
                WakeUps.Place longer = wakeUps(other).enter(KEY, () -> called.add("longer"))) {
            assertThat(recent.acquire(LockId.random(), LONG, Duration.ZERO)).isInstanceOf(Contended.class);
            assertThat(longer.acquire(LockId.random(), LONG, Duration.ofMinutes(1)))
                    .isInstanceOf(Contended.class);

            assertThat(one.release(held)).isEqualTo(ReleaseResult.RELEASED);

            assertThat(called).containsExactly("longer");
        }
        assertThat(called).as("a turn that is not used is passed on").containsExactly("longer", "recent");
    }

    @Test
    @DisplayName("WAI-3 whoever has released to somebody elsewhere leaves the free lock alone for a moment")
    void holdsBack() {
        Contended leftAlone = null;
        // The moment is a millisecond, which a busy machine misses.
        for (int i = 0; i < 10_000 && leftAlone == null; i++) {
            LockId held = take(one);
            try (WakeUps.Place elsewhere = wakeUps(other).enter(KEY, () -> {});
                    WakeUps.Place here = wakeUps(one).enter(KEY, () -> {})) {
                assertThat(elsewhere.acquire(LockId.random(), LONG, Duration.ZERO))
                        .isInstanceOf(Contended.class);
                assertThat(one.release(held)).isEqualTo(ReleaseResult.RELEASED);
                LockId next = LockId.random();
                AcquireResult result = here.acquire(next, LONG, Duration.ZERO);
                if (result instanceof Contended contended) {
                    leftAlone = contended;
                } else {
                    assertThat(one.release(next)).isEqualTo(ReleaseResult.RELEASED);
                }
            }
        }

        assertThat(leftAlone).as("an attempt that left a free lock alone").isNotNull();
        assertThat(leftAlone.freeAt()).isEmpty();
        assertThat(leftAlone.freeIn().orElseThrow()).isBetween(Duration.ofNanos(1), Duration.ofMillis(1));
        assertThat(one.isLocked(KEY)).isFalse();
    }

    @Test
    @DisplayName("calls that a test has scripted answer as others do once nothing fails any more")
    void scripted() {
        locks.failNext(LockErrorCode.SERVICE_UNAVAILABLE);
        LockException e = catchThrowableOfType(LockException.class, one::ping);
        assertThat(e.lockFingerprint()).isEmpty();
        LockId id = LockId.random();
        try (WakeUps.Place place = wakeUps(one).enter(KEY, () -> {})) {
            assertThat(place.acquire(id, LONG, Duration.ZERO)).isInstanceOf(Acquired.class);
        }

        assertThat(one.lookup(KEY).orElseThrow().id()).isEqualTo(id);
        assertThat(one.lookup(id).orElseThrow().key()).isEqualTo("key");
        assertThat(one.isLocked(KEY)).isTrue();
        LockListing listing = one.listing().orElseThrow();
        assertThat(listing.page("", LockListing.START).locks()).hasSize(1);
        locks.failNext(LockErrorCode.SERVICE_UNAVAILABLE);
        LockException listed = catchThrowableOfType(LockException.class, () -> {
            var unused = listing.page("", LockListing.START);
        });
        assertThat(listed.code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
        assertThat(listed.lockFingerprint()).isEmpty();
    }

    @Test
    @DisplayName("OPT-3 no thread is left of slow asynchronous calls after the close")
    void noThreadLeft() {
        locks.delayCalls(Duration.ofDays(1));
        List<Thread> before = List.copyOf(Thread.getAllStackTraces().keySet());
        CompletableFuture<?> ping = one.async().ping();

        one.close();

        Await.until("the call has ended", ping::isDone);
        Await.until("its thread has ended", () -> endedSince(before));
        Await.until("a later call is refused", one.async().ping()::isDone);
        assertThat(endedSince(before)).as("the later call started no thread").isTrue();
    }

    private static boolean endedSince(List<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .allMatch(thread -> before.contains(thread) || !thread.getName().startsWith("syncguard"));
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_20, disabledReason = "no call waits for a virtual thread")
    @DisplayName("OPT-3 an attempt in a place that waits for a thread when the backend is closed takes no lock")
    void queuedAttempt() {
        locks.delayCalls(Duration.ofDays(1));
        List<CompletableFuture<?>> before = new ArrayList<>();
        WakeUps.Place place = wakeUps(one).enter(KEY, () -> {});
        for (int i = 0; i < 64; i++) {
            before.add(one.async().ping());
        }
        CompletableFuture<AcquireResult> queued = place.acquireAsync(LockId.random(), LONG, Duration.ZERO);
        locks.delayCalls(Duration.ZERO);

        one.close();

        Await.until("all have ended", () -> queued.isDone() && before.stream().allMatch(CompletableFuture::isDone));
        assertThat(queued).isCompletedExceptionally();
        assertThat(other.isLocked(KEY)).isFalse();
    }

    @Test
    @DisplayName("dead locks stay until there are many, which keeps an acquire cheap")
    void notSweptAtOnce() {
        takeMany("short-", 10, new Ttl(1));
        locks.advance(Duration.ofMinutes(1));

        take(one);

        assertThat(kept()).isEqualTo(11);
    }

    @Test
    @DisplayName(
            "a sweep of dead locks leaves those that are held, and the next one comes when there are twice as many")
    void swept() {
        LockId held = LockId.random();
        assertThat(one.acquire(KEY, held, new Ttl(600_000))).isInstanceOf(Acquired.class);
        takeMany("short-", 1_000, new Ttl(1));
        locks.advance(Duration.ofMinutes(1));
        takeMany("long-", 1_023, new Ttl(600_000));
        assertThat(kept()).as("after the sweep").isEqualTo(1_024);

        takeMany("short-", 100, new Ttl(1));
        locks.advance(Duration.ofMinutes(1));
        assertThat(one.acquire(LockKey.of("another"), LockId.random(), LONG)).isInstanceOf(Acquired.class);

        assertThat(kept()).as("before the next sweep").isEqualTo(1_125);
        assertThat(one.release(held)).isEqualTo(ReleaseResult.RELEASED);
    }

    private void takeMany(String start, int count, Ttl ttl) {
        for (int i = 0; i < count; i++) {
            assertThat(one.acquire(LockKey.of(start + i), LockId.random(), ttl)).isInstanceOf(Acquired.class);
        }
    }

    private int kept() {
        return locks.store().under(MemoryOptions.defaults().keyPrefix()).size();
    }
}

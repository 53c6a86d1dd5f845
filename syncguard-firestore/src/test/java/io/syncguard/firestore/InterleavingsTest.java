package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.SetOptions;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.syncguard.HeldLock;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.CallDeadlines;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.WakeUps;
import io.syncguard.testservers.FaultProxy;
import io.syncguard.testservers.FirestoreEmulator;
import io.syncguard.testsupport.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Orders of events that are rare, and each of which went wrong once. */
@Timeout(180)
@ExtendWith(SlowAnswers.class)
class InterleavingsTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private static FirestoreLockOptions options() {
        return FirestoreLockOptions.defaults()
                .withCollection("locks-" + UUID.randomUUID())
                .withOperationTimeout(LONG);
    }

    @Test
    @DisplayName("ACQ-4, FST-11 an acquire that has landed and whose correction is refused has an unknown outcome")
    void correctionRefused() {
        try (Fixture fixture = new Fixture()) {
            fixture.wire.holdCommit();
            fixture.wire.loseCommit(Status.RESOURCE_EXHAUSTED);
            CompletableFuture<AcquireResult> call =
                    fixture.backend.async().acquire(fixture.key, fixture.id, Fixture.TTL);
            Fixture.until(fixture.wire::isHolding);
            Pause.millis(1_500);
            fixture.wire.deliver();

            CompletionException e = catchThrowableOfType(CompletionException.class, call::join);
            LockException failure = (LockException) e.getCause();

            assertThat(fixture.backend.isLocked(fixture.key)).isTrue();
            assertThat(failure.isOutcomeUnknown()).as(failure.toString()).isTrue();
        }
    }

    @Test
    @DisplayName("ACQ-4, FST-11 a guard leaves nothing behind after that")
    void correctionRefusedGuard() {
        try (Fixture fixture = new Fixture();
                SyncGuard guard = SyncGuard.using(fixture.backend)) {
            fixture.wire.holdCommit();
            fixture.wire.loseCommit(Status.RESOURCE_EXHAUSTED);
            var call = guard.async().tryAcquire("job", LockOptions.defaults().withTtl(Duration.ofHours(1)));
            Fixture.until(fixture.wire::isHolding);
            Pause.millis(1_500);
            fixture.wire.deliver();
            catchThrowableOfType(CompletionException.class, call::join);
            Pause.millis(3_000);
            assertThat(guard.isLocked("job")).as("left behind for an hour").isFalse();
        }
    }

    @Test
    @DisplayName(
            "EXT-3, FST-12 an extension that landed after the end and whose removal is refused has an unknown outcome")
    void settleRefused() {
        try (Fixture fixture = new Fixture()) {
            assertThat(fixture.backend.acquire(fixture.key, fixture.id, new Ttl(1_500)))
                    .isInstanceOf(Acquired.class);
            fixture.wire.holdCommit();
            fixture.wire.loseCommit(Status.RESOURCE_EXHAUSTED);
            CompletableFuture<ExtendResult> call = fixture.backend.async().extend(fixture.id, new Ttl(600_000));
            Fixture.until(fixture.wire::isHolding);
            Fixture.until(() -> !fixture.backend.isLocked(fixture.key));
            fixture.wire.deliver();

            CompletionException e = catchThrowableOfType(CompletionException.class, call::join);
            LockException failure = (LockException) e.getCause();

            assertThat(fixture.backend.isLocked(fixture.key)).isTrue();
            assertThat(failure.isOutcomeUnknown()).as(failure.toString()).isTrue();
        }
    }

    /** A backend whose client and executor a test chooses. */
    private static FirestoreAsyncBackend backend(
            java.util.function.Supplier<Firestore> client,
            FirestoreLockOptions options,
            FirestoreThreads threads,
            java.util.concurrent.Executor dependents) {
        FirestoreStore store = new FirestoreStore(client, options);
        Answers answers = new Answers(CallDeadlines.of(LONG, LONG), () -> {});
        return new FirestoreAsyncBackend(
                store,
                answers,
                new KnownLocks(),
                new LocalWaiters(
                        LockId.random().value(),
                        options.handOverSlot(),
                        store::stored,
                        new QueueWriter(store, threads)),
                threads,
                dependents);
    }

    @Test
    @DisplayName("OPT-1, ACQ-4 a cancel between the grant and the completion of the future")
    void cancelledWhileGranted() {
        Deque<Runnable> tasks = new ConcurrentLinkedDeque<>();
        FirestoreLockOptions options = options();
        try (FirestoreThreads threads = new FirestoreThreads();
                FirestoreAsyncBackend backend = backend(Emulated::shared, options, threads, tasks::add)) {
            LockKey key = LockKey.of("job");
            CompletableFuture<AcquireResult> call = backend.acquire(key, LockId.random(), Fixture.TTL);
            Fixture.until(() -> !tasks.isEmpty());
            call.cancel(true);
            tasks.forEach(Runnable::run);
            java.util.concurrent.CancellationException e =
                    catchThrowableOfType(java.util.concurrent.CancellationException.class, call::join);
            LockException failure = (LockException) e.getCause();
            var locked = backend.isLocked(key);
            Fixture.until(() -> {
                tasks.forEach(Runnable::run);
                return locked.isDone();
            });
            assertThat(locked.join()).isTrue();
            assertThat(failure.isOutcomeUnknown()).as(failure.toString()).isTrue();
        }
    }

    /** Fails commits when a test says so, and delivers them later. */
    private static final class LateCommits implements ClientInterceptor {
        final AtomicBoolean armed = new AtomicBoolean();
        final AtomicReference<@Nullable Runnable> fail = new AtomicReference<>();
        final AtomicReference<@Nullable Runnable> deliver = new AtomicReference<>();

        @Override
        public <Q, S> ClientCall<Q, S> interceptCall(MethodDescriptor<Q, S> method, CallOptions options, Channel next) {
            if (!"Commit".equals(method.getBareMethodName()) || !armed.compareAndSet(true, false)) {
                return next.newCall(method, options);
            }
            return new SimpleForwardingClientCall<Q, S>(next.newCall(method, options)) {
                @Override
                public void start(Listener<S> listener, Metadata headers) {
                    fail.set(() -> listener.onClose(Status.UNAVAILABLE, new Metadata()));
                    super.start(new Listener<S>() {}, headers);
                    super.request(2);
                }

                @Override
                public void request(int count) {}

                @Override
                public void halfClose() {
                    deliver.set(super::halfClose);
                }

                @Override
                public void cancel(@Nullable String message, @Nullable Throwable cause) {}
            };
        }
    }

    @Test
    @DisplayName("FST-4, FST-16 after the client was replaced, an extension settles a write that may still land")
    void settledAfterReplacement() {
        LateCommits late = new LateCommits();
        Firestore first = Emulated.through(late);
        AtomicReference<Firestore> client = new AtomicReference<>(first);
        FirestoreLockOptions options = options();
        LockKey key = LockKey.of("job");
        LockId id = LockId.random();
        try (FirestoreThreads threads = new FirestoreThreads();
                FirestoreAsyncBackend backend = backend(client::get, options, threads, Runnable::run);
                LockBackend other = FirestoreLockBackend.create(Emulated.shared(), options)) {
            backend.isLocked(key).join();
            assertThat(backend.acquire(key, id, new Ttl(1_500)).join()).isInstanceOf(Acquired.class);
            late.armed.set(true);
            CompletableFuture<ExtendResult> extension = backend.extend(id, new Ttl(600_000));
            Fixture.until(() -> late.deliver.get() != null);
            Fixture.until(() -> !other.isLocked(key));
            client.set(Emulated.shared());
            late.fail.get().run();
            ExtendResult result = extension.join();
            late.deliver.get().run();
            Pause.millis(500);

            assertThat(result).isInstanceOf(ExtendResult.Absent.class);
            assertThat(other.isLocked(key))
                    .as("a lock that nobody holds, for 10 minutes")
                    .isFalse();
        }
        Emulated.close(first);
    }

    @Test
    @DisplayName(
            "FST-4, FST-16 after the client was replaced, an acquire knows that others' change has settled its write")
    void contendedAfterReplacement() {
        LateCommits late = new LateCommits();
        Firestore first = Emulated.through(late);
        AtomicReference<Firestore> client = new AtomicReference<>(first);
        FirestoreLockOptions options = options();
        LockKey key = LockKey.of("job");
        try (FirestoreThreads threads = new FirestoreThreads();
                FirestoreAsyncBackend backend = backend(client::get, options, threads, Runnable::run);
                LockBackend other = FirestoreLockBackend.create(Emulated.shared(), options)) {
            backend.isLocked(key).join();
            late.armed.set(true);
            CompletableFuture<AcquireResult> call = backend.acquire(key, LockId.random(), new Ttl(60_000));
            Fixture.until(() -> late.deliver.get() != null);
            assertThat(other.acquire(key, LockId.random(), Fixture.TTL)).isInstanceOf(Acquired.class);
            client.set(Emulated.shared());
            late.fail.get().run();

            assertThat(call.join()).isInstanceOf(Contended.class);
        }
        Emulated.close(first);
    }

    /** Delivers each request late, as to a distant Firestore. */
    private static final class Slow implements ClientInterceptor {
        private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(run -> {
            Thread thread = new Thread(run);
            thread.setDaemon(true);
            return thread;
        });
        private final long millis;

        Slow(long millis) {
            this.millis = millis;
        }

        @Override
        public <Q, S> ClientCall<Q, S> interceptCall(MethodDescriptor<Q, S> method, CallOptions options, Channel next) {
            if ("Listen".equals(method.getBareMethodName())) {
                return next.newCall(method, options);
            }
            return new SimpleForwardingClientCall<Q, S>(next.newCall(method, options)) {
                @Override
                public void halfClose() {
                    var unused = timer.schedule(super::halfClose, millis, TimeUnit.MILLISECONDS);
                }
            };
        }
    }

    @Test
    @DisplayName("WAI-5 a distant process that waits is not starved by a near one that acquires again and again")
    void distantWaiter() throws InterruptedException {
        FirestoreLockOptions options = options();
        Slow slow = new Slow(Long.getLong("slow", 60));
        Firestore distant = Emulated.through(slow);
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger rounds = new AtomicInteger();
        LockOptions patient =
                LockOptions.defaults().withTimeout(Duration.ofSeconds(30)).withMaxRetries(Integer.MAX_VALUE);
        try (Contender near = new Contender(options);
                SyncGuard far = SyncGuard.using(FirestoreLockBackend.create(distant, options))) {
            far.isLocked("job");
            Thread busy = new Thread(() -> {
                while (!over.get()) {
                    near.guard.run("job", patient, () -> {});
                    rounds.incrementAndGet();
                }
            });
            busy.start();
            Fixture.until(() -> rounds.get() > 20);
            List<String> starved = new ArrayList<>();
            try {
                for (int i = 0; i < 5; i++) {
                    int before = rounds.get();
                    long begun = System.nanoTime();
                    far.acquire("job", patient).close();
                    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
                    int roundsMeanwhile = rounds.get() - before;
                    // A fast machine does many rounds in a short time, and a busy one takes long for a few.
                    if (millis > 5_000 && roundsMeanwhile > 250) {
                        starved.add(millis + " ms, " + roundsMeanwhile + " rounds");
                    }
                }
            } finally {
                over.set(true);
                busy.join();
            }
            assertThat(starved).isEmpty();
        }
        Emulated.close(distant);
    }

    private static List<String> queued(Fixture fixture) {
        return WaitQueue.of(Fixture.done(fixture.queueDocument().get())).names().stream()
                .map(WaitQueue.Name::process)
                .toList();
    }

    @Test
    @DisplayName(
            "WAI-5 a waiter that acquires a lock whose document does not say that processes wait takes its name off the queue")
    void nameStays() {
        try (Fixture fixture = new Fixture();
                LockBackend holder = FirestoreLockBackend.create(fixture.raw, fixture.options)) {
            LockId held = holder.newLockId(fixture.key);
            assertThat(holder.acquire(fixture.key, held, Fixture.TTL)).isInstanceOf(Acquired.class);
            WakeUps.Place place = fixture.backend.wakeUps().orElseThrow().enter(fixture.key, () -> {});
            fixture.wire.loseCommit(Status.FAILED_PRECONDITION); // the holder was faster than the notice
            // If the listener is very quick, the commit that was lost is that of the join, which the next attempt makes
            // again.
            Fixture.until(() -> place.acquire(LockId.random(), Fixture.TTL, Duration.ZERO) instanceof Contended
                    && !queued(fixture).isEmpty());
            assertThat(holder.release(held)).isEqualTo(ReleaseResult.RELEASED);
            LockId got = fixture.backend.newLockId(fixture.key);
            assertThat(place.acquire(got, Fixture.TTL, Duration.ZERO)).isInstanceOf(Acquired.class);
            place.close();
            Pause.millis(1_000);
            assertThat(queued(fixture)).isEmpty();
        }
    }

    @Test
    @DisplayName("LKP-1 a lock is found by an id that has held more than ten keys before")
    void manyKeysOfOneId() {
        try (Fixture fixture = new Fixture();
                LockBackend other = FirestoreLockBackend.create(fixture.raw, fixture.options)) {
            for (int i = 0; i < 12; i++) {
                assertThat(fixture.backend.acquire(LockKey.of("a" + i), fixture.id, Fixture.TTL))
                        .isInstanceOf(Acquired.class);
                assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);
            }
            assertThat(fixture.backend.acquire(LockKey.of("z"), fixture.id, Fixture.TTL))
                    .isInstanceOf(Acquired.class);

            assertThat(other.lookup(LockKey.of("z"))).isPresent();
            assertThat(other.lookup(fixture.id)).isPresent();
        }
    }

    @Test
    @DisplayName("ACQ-3, FST-14 after two acquires with one id for a key one has ended, another key is refused still")
    void attemptsCount() {
        try (Fixture fixture = new Fixture()) {
            fixture.wire.holdCommit();
            CompletableFuture<AcquireResult> first =
                    fixture.backend.async().acquire(LockKey.of("k1"), fixture.id, Fixture.TTL);
            Fixture.until(fixture.wire::isHolding);
            CompletableFuture<AcquireResult> second =
                    fixture.backend.async().acquire(LockKey.of("k1"), fixture.id, Fixture.TTL);
            second.cancel(true);
            AcquireResult other;
            try {
                other = fixture.backend.acquire(LockKey.of("k2"), fixture.id, Fixture.TTL);
            } catch (LockException refused) {
                return;
            }
            fixture.wire.deliver();
            AcquireResult one = first.join();
            assertThat(List.of(one, other))
                    .filteredOn(r -> r instanceof Acquired)
                    .hasSizeLessThan(2);
        }
    }

    @Test
    @DisplayName("WAI-5 a hundred names that are too old keep nobody from the queue")
    void hundredDeadNames() {
        try (Fixture fixture = new Fixture()) {
            LockBackend holder = FirestoreLockBackend.create(fixture.raw, fixture.options);
            LockId held = holder.newLockId(fixture.key);
            assertThat(holder.acquire(fixture.key, held, Fixture.TTL)).isInstanceOf(Acquired.class);
            Map<String, Object> times = new HashMap<>();
            List<String> names = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                names.add("dead" + i);
                times.put("dead" + i, Timestamp.ofTimeSecondsAndNanos(1_000_000_000, 0));
            }
            Fixture.done(fixture.queueDocument()
                    .set(Map.of(WaitQueue.NAMES, names, WaitQueue.SINCE, times), SetOptions.merge()));
            try (WakeUps.Place place = fixture.backend.wakeUps().orElseThrow().enter(fixture.key, () -> {})) {
                assertThat(place.acquire(LockId.random(), Fixture.TTL, Duration.ZERO))
                        .isInstanceOf(Contended.class);
                Pause.millis(1_500);
                for (int i = 0; i < 3; i++) {
                    assertThat(place.acquire(LockId.random(), Fixture.TTL, Duration.ZERO))
                            .isInstanceOf(Contended.class);
                    Pause.millis(500);
                }
                assertThat(queued(fixture)).hasSize(1);
            }
            holder.close();
        }
    }

    @Test
    @DisplayName("WAI-5 the listener stays for ten seconds after the last that waited")
    void lingers() {
        FirestoreLockOptions options = options();
        LockOptions patient =
                LockOptions.defaults().withTimeout(Duration.ofSeconds(30)).withMaxRetries(Integer.MAX_VALUE);
        try (Contender holder = new Contender(options);
                Contender waiter = new Contender(options)) {
            long begun = System.nanoTime();
            contend(holder, waiter, patient);
            while (System.nanoTime() - begun < TimeUnit.MILLISECONDS.toNanos(8_500)) {
                Pause.millis(10);
            }
            contend(holder, waiter, patient);
            long last = System.nanoTime();
            Fixture.until(() -> waiter.wire.listening() == 0);
            Duration stayed = Duration.ofNanos(System.nanoTime() - last);
            assertThat(stayed).isGreaterThan(Duration.ofSeconds(9));
        }
    }

    private static void contend(Contender holder, Contender waiter, LockOptions patient) {
        HeldLock lock = holder.guard.acquire("job", patient);
        var waiting = waiter.guard.async().acquire("job", patient);
        Fixture.until(() -> waiter.wire.listening() == 1);
        Pause.millis(100);
        lock.close();
        waiting.join().release().join();
    }

    @Test
    @DisplayName("FST-16 replacing a client under load fails no call but as one that had no answer")
    void replacedUnderLoad() throws InterruptedException {
        try (FaultProxy proxy =
                new FaultProxy(Integer.parseInt(FirestoreEmulator.address().replaceFirst(".*:", "")))) {
            LockBackend backend = FirestoreLockBackendProvider.open(
                    BackendUri.parse("firestore://" + Emulated.PROJECT + "?collection=locks-" + UUID.randomUUID()
                            + "&operationTimeoutMillis=1000&connectTimeoutMillis=30000"),
                    proxy.uri().replaceFirst("redis://", ""));
            backend.isLocked(LockKey.of("warm-up"));
            AtomicBoolean over = new AtomicBoolean();
            Map<String, Integer> failures = new TreeMap<>();
            List<Thread> threads = new ArrayList<>();
            AtomicInteger calls = new AtomicInteger();
            for (int t = 0; t < 16; t++) {
                LockKey key = LockKey.of("key" + t);
                Thread thread = new Thread(() -> {
                    while (!over.get()) {
                        calls.incrementAndGet();
                        try {
                            LockId id = backend.newLockId(key);
                            if (backend.acquire(key, id, new Ttl(1)) instanceof Acquired) {
                                backend.release(id);
                            }
                        } catch (LockException e) {
                            synchronized (failures) {
                                failures.merge(
                                        e.operation() + " " + e.code() + " unknown=" + e.isOutcomeUnknown() + " "
                                                + e.getMessage().replaceAll("[0-9a-f]{24}", "#") + " / "
                                                + String.valueOf(e.getCause())
                                                        .lines()
                                                        .findFirst()
                                                        .orElse(""),
                                        1,
                                        Integer::sum);
                            }
                        }
                    }
                });
                threads.add(thread);
                thread.start();
            }
            for (int i = 0; i < 12; i++) {
                Pause.millis(1_300);
                proxy.silenceAll();
            }
            Pause.millis(1_500);
            over.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
            backend.close();
            assertThat(failures.keySet())
                    .as("of %s calls", calls)
                    .noneMatch(k -> k.contains("INTERNAL") || k.contains("ABORTED"));
        }
    }

    @Test
    @DisplayName("FST-5 the release of a lock is one commit, however many ids were made since")
    void manyIdsMade() {
        try (Fixture fixture = new Fixture()) {
            fixture.acquire();
            for (int i = 0; i < 50_001; i++) {
                var unused = fixture.backend.newLockId(LockKey.of("other"));
                if (i == 25_000) {
                    assertThat(fixture.backend.extend(fixture.id, Fixture.TTL))
                            .isInstanceOf(ExtendResult.Extended.class);
                }
            }
            fixture.wire.bill();
            assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);
            assertThat(fixture.wire.bill()).isEqualTo("0 reads, 1 writes");
        }
    }

    @Test
    @DisplayName("FST-10 a queue that a release or a leave creates is swept, too")
    void queueWithoutSweepAt() {
        FirestoreLockOptions options = options().withFenceRetention(Duration.ofDays(1));
        LockKey key = LockKey.of("job");
        try (LockBackend backend = FirestoreLockBackend.create(Emulated.shared(), options)) {
            LockId id = backend.newLockId(key);
            assertThat(backend.acquire(key, id, Fixture.TTL)).isInstanceOf(Acquired.class);
            // A waiter came and gave up, and the queue's document was swept.
            Fixture.done(Emulated.shared()
                    .collection(options.collection())
                    .document("job")
                    .update(LockDocument.WAITING, 1));
            assertThat(backend.release(id)).isEqualTo(ReleaseResult.RELEASED);
            var queue = Fixture.done(Emulated.shared()
                    .collection(options.queueCollection())
                    .document("job")
                    .get());
            assertThat(!queue.exists() || queue.contains(LockDocument.SWEEP_AT))
                    .as(String.valueOf(queue.getData()))
                    .isTrue();
        }
    }

    @Test
    @DisplayName("WAI-5 one waiter that gave up does not make each later acquire and release of a key dearer for ever")
    void staleAwaited() {
        try (Fixture fixture = new Fixture();
                LockBackend other = FirestoreLockBackend.create(fixture.raw, fixture.options)) {
            LockId id = fixture.backend.newLockId(fixture.key);
            assertThat(fixture.backend.acquire(fixture.key, id, Fixture.TTL)).isInstanceOf(Acquired.class);
            try (WakeUps.Place place = other.wakeUps().orElseThrow().enter(fixture.key, () -> {})) {
                assertThat(place.acquire(LockId.random(), Fixture.TTL, Duration.ZERO))
                        .isInstanceOf(Contended.class);
                Fixture.until(() -> !queued(fixture).isEmpty());
                Fixture.until(() -> LockDocument.in(
                                Fixture.done(fixture.lockDocument().get()))
                        .orElseThrow()
                        .awaited());
            }
            Fixture.until(() -> queued(fixture).isEmpty());
            assertThat(fixture.backend.release(id)).isEqualTo(ReleaseResult.RELEASED);
            Pause.of(Duration.ofMillis(3_100));
            for (int i = 0; i < 20; i++) {
                fixture.wire.bill();
                LockId next = fixture.backend.newLockId(fixture.key);
                assertThat(fixture.backend.acquire(fixture.key, next, Fixture.TTL))
                        .isInstanceOf(Acquired.class);
                assertThat(fixture.backend.release(next)).isEqualTo(ReleaseResult.RELEASED);
            }
            assertThat(fixture.wire.bill()).isEqualTo("0 reads, 2 writes");
        }
    }

    @Test
    @DisplayName("WAI-1 a release whose time lies ahead of Firestore's keeps nobody from a free lock")
    void releasedAhead() {
        try (Fixture fixture = new Fixture()) {
            assertThat(fixture.acquire()).isNotNull();
            assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);
            Fixture.done(fixture.lockDocument()
                    .update(LockDocument.WAITING, 1, LockDocument.RELEASED_AT, System.currentTimeMillis() + 60_000));
            try (WakeUps.Place place = fixture.backend.wakeUps().orElseThrow().enter(fixture.key, () -> {})) {
                assertThat(place.acquire(LockId.random(), Fixture.TTL, Duration.ZERO))
                        .isInstanceOf(Acquired.class);
            }
        }
    }
}

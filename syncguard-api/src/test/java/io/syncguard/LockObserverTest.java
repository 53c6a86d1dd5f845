package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.HoldEvent.Ending;
import io.syncguard.LockEvent.Outcome;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ReleaseResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Way.class)
@Timeout(180)
@ExtendWith(SilentLog.class)
@Execution(ExecutionMode.CONCURRENT)
class LockObserverTest {
    @Parameter
    Way way;

    private final RecordingObserver seen = new RecordingObserver();
    private final ScriptedBackend backend = new ScriptedBackend();
    private final SyncGuard guard =
            SyncGuard.using(backend, GuardOptions.defaults().withObserver(seen));

    @AfterEach
    void close() {
        guard.close();
    }

    @Test
    @DisplayName("TEL-4 an operation begins on its caller's thread, and a grant is seen before its end")
    void acquireAndRelease() {
        backend.acquires.add(Contended::unknown);
        LockHandle lock =
                way.acquire(guard, "secret-key", LockOptions.defaults().withName("charge-payment"));
        assertThat(way.extend(lock, Duration.ofMinutes(1))).isTrue();
        assertThat(way.release(lock)).isTrue();

        assertThat(seen.moments)
                .containsExactly(
                        "acquire begins",
                        "granted",
                        "acquire SUCCEEDED",
                        "extend begins",
                        "extend SUCCEEDED",
                        "release begins",
                        "release SUCCEEDED",
                        "hold RELEASED");
        assertThat(seen.beganOn).hasSize(3).containsOnly(Thread.currentThread());
        assertThat(seen.ended.get(0).attempts()).isEqualTo(2);
        assertThat(seen.ended).extracting(LockEvent::backend).containsOnly("scripted");
        assertThat(seen.ended.get(0).fence()).contains(lock.fence());
        assertThat(seen.ended.get(0).idFingerprint()).contains(lock.id().fingerprint());
        assertThat(seen.labels).allSatisfy(label -> {
            assertThat(label.name()).contains("charge-payment");
            assertThat(label.keyFingerprint()).isEqualTo(lock.keyFingerprint());
            assertThat(label.key()).isEmpty();
        });
        assertThat(seen.holds.get(0).fence()).isEqualTo(lock.fence());
        assertThat(seen.holds.get(0).idFingerprint()).isEqualTo(lock.id().fingerprint());
        assertThat(seen.holds.get(0).heldFor()).isPositive();
        assertThat(seen.ended.toString() + seen.holds)
                .doesNotContain("secret-key", lock.id().value());
    }

    @Test
    @DisplayName("TEL-4 contention, failures and refused calls are seen, and no hold")
    void inVain() {
        backend.acquires.add(Contended::unknown);
        assertThat(way.tryAcquire(guard, "key", Duration.ofSeconds(1))).isEmpty();
        backend.acquires.add(ScriptedBackend.failing(LockErrorCode.AUTH_FAILED, false));
        assertThatThrownBy(() -> way.acquire(guard, "key", LockOptions.defaults()))
                .isInstanceOf(LockException.class);
        assertThatThrownBy(() -> way.acquire(guard, "", LockOptions.defaults())).isInstanceOf(LockException.class);

        assertThat(seen.ended)
                .extracting(LockEvent::outcome)
                .containsExactly(Outcome.CONTENDED, Outcome.FAILED, Outcome.FAILED);
        assertThat(seen.ended.get(1).reason()).contains(LockErrorCode.AUTH_FAILED);
        assertThat(seen.ended.get(2).attempts()).isZero();
        assertThat(seen.failures)
                .extracting(LockException::code)
                .containsExactly(LockErrorCode.AUTH_FAILED, LockErrorCode.INVALID_ARGUMENT);
        assertThat(seen.moments).doesNotContain("granted");
    }

    @Test
    @DisplayName("TEL-4 each hold ends once, and says how")
    void endings() {
        way.release(way.acquire(guard, "released", LockOptions.defaults()));
        LockHandle closedTwice = way.acquire(guard, "closed twice", LockOptions.defaults());
        way.close(closedTwice);
        way.close(closedTwice);
        backend.releases.add(() -> ReleaseResult.ABSENT);
        way.close(way.acquire(guard, "closed too late", LockOptions.defaults()));
        backend.extensions.add(ExtendResult.Absent::new);
        LockHandle lost = way.acquire(guard, "lost", LockOptions.defaults());
        way.extend(lost, Duration.ofMinutes(1));
        way.close(lost);
        Await.until("the loss is seen", () -> seen.holds.size() == 4);
        backend.releases.add(ScriptedBackend.failing(LockErrorCode.SERVICE_UNAVAILABLE, true));
        way.close(way.acquire(guard, "not released", LockOptions.defaults()));
        LockHandle stillHeld = way.acquire(guard, "still held", LockOptions.defaults());
        LockHandle forgotten =
                way.acquire(guard, "forgotten", LockOptions.defaults().withTtl(Duration.ofMillis(1)));
        Await.until("it is forgotten", () -> forgotten.remaining().isZero());
        long expired = System.nanoTime();
        Await.until("the server has forgotten it", () -> System.nanoTime() - expired > 1_100_000_000L);
        guard.close();
        Await.until("all are over", () -> seen.holds.size() == 7);

        assertThat(seen.holds.subList(0, 5))
                .extracting(HoldEvent::ending)
                .containsExactly(
                        Ending.RELEASED, Ending.RELEASED, Ending.ENDED_BEFORE, Ending.LOST, Ending.RELEASE_FAILED);
        assertThat(seen.holds.get(3).cause()).contains(LostLock.Cause.ABSENT);
        assertThat(seen.endingOf(stillHeld)).isEqualTo(Ending.LOST);
        assertThat(seen.endingOf(forgotten)).isEqualTo(Ending.FORGOTTEN);
    }

    @Test
    @DisplayName("TEL-4 a hold ends soon after a lock was left to expire, though nobody asks for another")
    void leftToExpire() {
        LockHandle left = way.acquire(guard, "left", LockOptions.defaults().withTtl(Duration.ofMillis(1)));

        Await.until("its hold is over", () -> seen.holds.size() == 1);

        assertThat(seen.endingOf(left)).isEqualTo(Ending.FORGOTTEN);
    }

    @Test
    @DisplayName("TEL-4 work runs between the begin and the end of its scope, on one thread, and in the caller's order")
    void scopes() {
        guard.run("key", () -> seen.note("work"));
        assertThatThrownBy(() -> guard.call("key", lock -> {
                    throw new IllegalStateException("the work's");
                }))
                .isInstanceOf(IllegalStateException.class);
        CompletableFuture<Void> goesOn = new CompletableFuture<>();
        CompletableFuture<Void> done = guard.async().run("key", () -> {
            seen.note("work");
            return goesOn;
        });
        Await.until("its stage is there", () -> seen.scopes.size() == 3);
        goesOn.complete(null);
        done.join();

        assertThat(seen.scopes).containsExactly(true, true, true);
        assertThat(seen.moments.subList(3, 6)).containsExactly("work begins", "work", "work ends");
        assertThat(seen.moments.stream().filter(moment -> moment.startsWith("work")))
                .containsExactly(
                        "work begins",
                        "work",
                        "work ends",
                        "work begins",
                        "work ends",
                        "work begins",
                        "work",
                        "work ends");
        assertThat(seen.holds).extracting(HoldEvent::ending).containsOnly(Ending.RELEASED);
    }

    @Test
    @DisplayName("TEL-4 the end of an operation is seen before its future completes, so that no stage delays it")
    void endsBeforeStages() {
        PendingCall<AcquireResult> acquire = PendingCall.sent(LockOperation.ACQUIRE);
        PendingCall<ReleaseResult> release = PendingCall.sent(LockOperation.RELEASE);
        backend.async().acquires.add(acquire);
        backend.async().releases.add(release);
        CompletableFuture<List<String>> seenByStages = guard.async()
                .acquire("key", LockOptions.defaults())
                .thenCompose(lock -> {
                    List<String> atGrant = List.copyOf(seen.moments);
                    return lock.release().thenApply(done -> joined(atGrant, seen.moments));
                });

        acquire.complete(ScriptedBackend.acquired(1));
        release.complete(ReleaseResult.RELEASED);

        assertThat(seenByStages.join())
                .containsExactly(
                        "acquire begins",
                        "granted",
                        "acquire SUCCEEDED",
                        "then",
                        "acquire begins",
                        "granted",
                        "acquire SUCCEEDED",
                        "release begins",
                        "release SUCCEEDED",
                        "hold RELEASED");
    }

    private static List<String> joined(List<String> before, List<String> after) {
        List<String> all = new ArrayList<>(before);
        all.add("then");
        all.addAll(after);
        return all;
    }

    @Test
    @DisplayName("TEL-4 a cancelled call is seen as failed, once, and still cancels its request")
    void cancelled() {
        PendingCall<AcquireResult> acquire = PendingCall.sent(LockOperation.ACQUIRE);
        backend.async().acquires.add(acquire);
        CompletableFuture<AsyncHeldLock> acquiring = guard.async().acquire("key", LockOptions.defaults());
        acquiring.cancel(true);
        LockHandle lock = way.acquire(guard, "another", LockOptions.defaults());
        PendingCall<ExtendResult> extend = PendingCall.sent(LockOperation.EXTEND);
        backend.async().extensions.add(extend);
        CompletableFuture<Boolean> extending = guard.async()
                .acquire("third", LockOptions.defaults())
                .thenCompose(held -> held.extend(Duration.ofMinutes(1)));
        Await.until("the extension is sent", () -> backend.count("extend") == 1);

        assertThat(extend.cancel(true)).isTrue();
        assertThat(extending).isCompletedExceptionally();

        assertThat(acquire).isCompletedExceptionally();
        assertThat(seen.moments.stream().filter("acquire FAILED"::equals)).hasSize(1);
        assertThat(seen.moments.stream().filter("extend FAILED"::equals)).hasSize(1);
        assertThat(way.release(lock)).isTrue();
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("TEL-4 beats and what the background frees are seen when they have ended")
    void background() {
        LockHandle lock = way.acquire(
                guard,
                "key",
                LockOptions.defaults().withTtl(Duration.ofSeconds(3)).withHeartbeat());
        Await.until("a beat is seen", () -> !seen.background.isEmpty());
        backend.releases.add(ScriptedBackend.failing(LockErrorCode.SERVICE_UNAVAILABLE, true));
        way.close(lock);
        Await.until("it is settled", () -> seen.background.stream()
                .anyMatch(event -> event.origin() == LockEvent.Origin.SETTLER));

        assertThat(seen.background.get(0).origin()).isEqualTo(LockEvent.Origin.HEARTBEAT);
        assertThat(seen.background).extracting(LockEvent::outcome).containsOnly(Outcome.SUCCEEDED);
        assertThat(seen.moments).doesNotContain("extend begins");
    }

    @Test
    @DisplayName("TEL-4 an observer that blocks delays no heartbeat")
    void blockedObserver() {
        CountDownLatch goOn = new CountDownLatch(1);
        LockObserver blocking = new LockObserver() {
            @Override
            public Operation operationBegins(String name, LockOperation operation, Optional<LockLabel> lock) {
                return null;
            }

            @Override
            public void backgroundEnded(LockEvent event) {
                awaitUninterrupted(goOn);
            }
        };
        GuardOptions options = GuardOptions.defaults().withObserver(blocking);
        try (SyncGuard blocked = SyncGuard.using(backend, options)) {
            LockHandle lock = way.acquire(
                    blocked,
                    "key",
                    LockOptions.defaults().withTtl(Duration.ofSeconds(3)).withHeartbeat());
            Await.until("heartbeats go on", () -> backend.count("extend") >= 3);

            assertThat(lock.remaining()).isPositive();
            goOn.countDown();
        }
    }

    @Test
    @DisplayName(
            "OPT-6, TEL-4 an observer that blocks in the background stops no acquire that waits, and misses nothing")
    void blockedInBackground() {
        CountDownLatch goOn = new CountDownLatch(1);
        Set<String> threads = ConcurrentHashMap.newKeySet();
        AtomicInteger ended = new AtomicInteger();
        LockObserver blocking = new LockObserver() {
            @Override
            public Operation operationBegins(String name, LockOperation operation, Optional<LockLabel> lock) {
                return null;
            }

            @Override
            public void backgroundEnded(LockEvent event) {
                threads.add(Thread.currentThread().getName());
                awaitUninterrupted(goOn);
                ended.incrementAndGet();
            }
        };
        GuardOptions options = GuardOptions.defaults().withObserver(blocking);
        try (SyncGuard blocked = SyncGuard.using(backend, options)) {
            LockOptions beating =
                    LockOptions.defaults().withTtl(Duration.ofSeconds(6)).withHeartbeat();
            for (int i = 0; i < 6; i++) {
                way.acquire(blocked, "key " + i, beating);
            }
            Await.until("more beats than there are workers", () -> backend.count("extend") >= 6);
            backend.acquires.add(AcquireResult.Contended::unknown);

            CompletableFuture<AsyncHeldLock> waiting =
                    blocked.async().acquire("another", LockOptions.defaults().withTimeout(Duration.ofMinutes(10)));
            Await.until("it is acquired", waiting::isDone);

            goOn.countDown();
            Await.until("the observer has heard of the beats", () -> ended.get() >= 6);
            assertThat(threads).containsExactly("syncguard-callback");
        }
    }

    @Test
    @DisplayName("TEL-4 a beat that begins late is seen, with how late it is")
    void lateHeartbeat() {
        CountDownLatch goOn = new CountDownLatch(1);
        backend.async().beforeExtending = () -> awaitUninterrupted(goOn);
        LockOptions beating =
                LockOptions.defaults().withTtl(Duration.ofSeconds(12)).withHeartbeat();
        way.acquire(guard, "one whose beat keeps the timer", beating.withTtl(Duration.ofMillis(600)));
        LockHandle late = way.acquire(guard, "late", beating);
        Await.until("the timer is kept", () -> backend.async().together.size() == 1);
        // Its beat is due after 4 s at the latest, and late after 2 s more.
        long from = System.nanoTime();
        Await.until("it is due for long", () -> System.nanoTime() - from > 6_200_000_000L);

        goOn.countDown();

        // On a busy machine the beat of the first lock, which is due every 200 ms, may be late too, by less.
        Await.until("it is seen", () -> seen.late.stream().anyMatch(by -> by.compareTo(Duration.ofSeconds(2)) >= 0));
        assertThat(late.remaining()).isPositive();
    }

    @Test
    @DisplayName("TEL-4 an observer that throws fails nothing, and others miss nothing")
    void hostileObserver() {
        LockObserver hostile = new HostileObserver();
        RecordingObserver other = new RecordingObserver();
        GuardOptions options = GuardOptions.defaults()
                .withObserver(hostile)
                .withObserver(other)
                .withObserver(hostile);
        try (SyncGuard attacked = SyncGuard.using(new ScriptedBackend(), options)) {
            attacked.run("key", () -> other.note("work"));
            attacked.async()
                    .run("key", () -> CompletableFuture.completedFuture(null))
                    .join();
            way.release(way.acquire(attacked, "key", LockOptions.defaults()));
        }

        assertThat(other.moments)
                .startsWith(
                        "acquire begins",
                        "granted",
                        "acquire SUCCEEDED",
                        "work begins",
                        "work",
                        "work ends",
                        "release begins",
                        "release SUCCEEDED",
                        "hold RELEASED");
        assertThat(other.holds).hasSize(3);
    }

    @Test
    @DisplayName("TEL-4 observers are told of events that a listener missed, whatever one of them throws")
    void dropped() {
        AtomicLong missed = new AtomicLong();
        AtomicLong missedByListener = new AtomicLong();
        CountDownLatch goOn = new CountDownLatch(1);
        LockListener slow = new LockListener() {
            @Override
            public void operationEnded(LockEvent event) {
                awaitUninterrupted(goOn);
            }

            @Override
            public void eventsDropped(long count) {
                missedByListener.addAndGet(count);
            }
        };
        LockObserver hostile = new HostileObserver();
        LockObserver counting = new LockObserver() {
            @Override
            public Operation operationBegins(String name, LockOperation operation, Optional<LockLabel> lock) {
                return null;
            }

            @Override
            public void eventsDropped(long count) {
                missed.addAndGet(count);
            }
        };
        GuardOptions options =
                GuardOptions.defaults().withListener(slow).withObserver(hostile).withObserver(counting);
        try (SyncGuard dropping = SyncGuard.using(new ScriptedBackend(), options)) {
            for (int i = 0; i < 11_000; i++) {
                dropping.isLocked("key");
            }
            goOn.countDown();
            dropping.isLocked("key");
            Await.until("both are told", () -> missed.get() > 0 && missedByListener.get() > 0);

            assertThat(missed.get()).isEqualTo(missedByListener.get());
        }
    }

    @Test
    @DisplayName("TEL-4 an observer that is too slow in the background misses calls, and is told how many, in the end")
    void tooSlow() {
        int locks = 11_000;
        AtomicLong missed = new AtomicLong();
        AtomicInteger ended = new AtomicInteger();
        CountDownLatch goOn = new CountDownLatch(1);
        LockObserver slow = new LockObserver() {
            @Override
            public Operation operationBegins(String name, LockOperation operation, Optional<LockLabel> lock) {
                return new Operation() {
                    @Override
                    public void ended(LockEvent event, Optional<LockException> failure) {}

                    @Override
                    public Hold granted(LockLabel label, FenceToken fence) {
                        return end -> {
                            awaitUninterrupted(goOn);
                            ended.incrementAndGet();
                        };
                    }
                };
            }

            @Override
            public void eventsDropped(long count) {
                missed.addAndGet(count);
            }
        };
        ScriptedBackend losing = new ScriptedBackend();
        try (SyncGuard observed =
                SyncGuard.using(losing, GuardOptions.defaults().withObserver(slow))) {
            for (int i = 0; i < locks; i++) {
                lose(observed, losing);
            }
            goOn.countDown();
            Await.until("the calls that wait are made", () -> ended.get() >= 10_000);
            lose(observed, losing);
            Await.until("each is made or counted", () -> ended.get() + missed.get() > locks);

            assertThat(ended.get() + missed.get()).isEqualTo(locks + 1);
            assertThat(missed.get()).isBetween(1L, 1_000L);
        }
    }

    private void lose(SyncGuard from, ScriptedBackend losing) {
        losing.extensions.add(ExtendResult.Absent::new);
        assertThat(way.extend(way.acquire(from, "key", LockOptions.defaults()), Duration.ofMinutes(1)))
                .isFalse();
    }

    @Test
    @DisplayName(
            "TEL-1, TEL-4 a call that waits for its turn begins on its caller's thread, and its end is told however it ends")
    void waitingForItsTurn() {
        guard.close();
        backend.operationTimeout = Duration.ofSeconds(2);
        Queue<LockEvent> heard = new ConcurrentLinkedQueue<>();
        GuardOptions options = GuardOptions.defaults().withObserver(seen).withListener(new LockListener() {
            @Override
            public void operationEnded(LockEvent event) {
                heard.add(event);
            }
        });
        try (SyncGuard observed = SyncGuard.using(backend, options)) {
            PendingCall<ExtendResult> stuck = PendingCall.answeredAnyway(LockOperation.EXTEND);
            backend.async().extensions.add(stuck);
            AsyncHeldLock lock =
                    observed.async().acquire("key", LockOptions.defaults()).join();
            CompletableFuture<Boolean> first = lock.extend(Duration.ofMinutes(1));
            CompletableFuture<Boolean> cancelled = lock.extend(Duration.ofMinutes(1));
            CompletableFuture<Boolean> tooLate = lock.release();

            assertThat(seen.moments.subList(3, 6)).containsExactly("extend begins", "extend begins", "release begins");
            cancelled.cancel(true);
            assertThat(seen.moments).endsWith("extend FAILED");
            Await.until("the release has waited too long", tooLate::isDone);
            assertThat(seen.failures)
                    .extracting(LockException::code)
                    .contains(LockErrorCode.ABORTED, LockErrorCode.NETWORK_TIMEOUT);
            assertThat(seen.failures)
                    .filteredOn(e -> e.code() == LockErrorCode.ABORTED)
                    .noneMatch(LockException::isOutcomeUnknown);
            stuck.complete(new ExtendResult.Absent());
            Await.until("the first has ended", first::isDone);
            assertThat(lock.extend(Duration.ofMinutes(1)).join()).isFalse();
            Await.until("all are heard of", () -> heard.size() == 4);
        }

        assertThat(seen.beganOn).hasSize(4).containsOnly(Thread.currentThread());
        assertThat(seen.ended).hasSize(4).containsExactlyInAnyOrderElementsOf(heard);
        assertThat(backend.count("release")).isZero();
    }

    @Test
    @DisplayName(
            "TEL-1 an extension that finds the lock gone at its turn is told as absent, and one of a lost lock not at all")
    void goneAtItsTurn() {
        PendingCall<ExtendResult> pending = PendingCall.sent(LockOperation.EXTEND);
        backend.async().extensions.add(pending);
        AsyncHeldLock lock =
                guard.async().acquire("key", LockOptions.defaults()).join();
        CompletableFuture<Boolean> first = lock.extend(Duration.ofMinutes(1));
        CompletableFuture<Boolean> second = lock.extend(Duration.ofMinutes(1));

        pending.complete(new ExtendResult.Absent());

        assertThat(first.join()).isFalse();
        assertThat(second.join()).isFalse();
        assertThat(lock.extend(Duration.ofMinutes(1)).join()).isFalse();
        assertThat(seen.ended.subList(1, 3)).extracting(LockEvent::outcome).containsOnly(Outcome.ABSENT);
        assertThat(seen.ended).extracting(LockEvent::attempts).containsExactly(1, 1, 0);
    }

    @Test
    @DisplayName("TEL-1, HLD-8 a release that leaves the lock to expire is told as a release")
    void leftForItsMinimumHold() {
        LockHandle lock = way.acquire(guard, "key", LockOptions.defaults().withMinHold(Duration.ofSeconds(5)));
        assertThat(way.release(lock)).isTrue();

        assertThat(backend.count("extend")).isEqualTo(1);
        assertThat(seen.moments).endsWith("release begins", "release SUCCEEDED", "hold RELEASED");
    }

    @Test
    @DisplayName("TEL-4 observers that are not interested are asked no more")
    void uninterested() {
        LockObserver uninterested = (name, operation, lock) -> null;
        try (SyncGuard quiet = SyncGuard.using(backend, GuardOptions.defaults().withObserver(uninterested))) {
            quiet.run("key", () -> {});
            way.release(way.acquire(quiet, "key", LockOptions.defaults()));
        }

        assertThat(backend.count("release")).isEqualTo(2);
    }

    @Test
    @DisplayName("TEL-4 an observer that is null is refused, and options with the same ones are equal")
    void options() {
        assertThatThrownBy(() -> GuardOptions.defaults().withObserver(null)).isInstanceOf(LockException.class);
        assertThat(GuardOptions.defaults().withObserver(seen))
                .isEqualTo(GuardOptions.defaults().withObserver(seen))
                .isNotEqualTo(GuardOptions.defaults().withObserver(seen).withObserver(seen));
        assertThat(GuardOptions.defaults().withObserver(seen).withKeysShown().observers())
                .containsExactly(seen);
    }

    private static final class HostileObserver implements LockObserver {
        @Override
        public void eventsDropped(long count) {
            throw new IllegalStateException("scripted");
        }

        @Override
        public Operation operationBegins(String name, LockOperation operation, Optional<LockLabel> lock) {
            return new Operation() {
                @Override
                public void ended(LockEvent event, Optional<LockException> failure) {
                    throw new StackOverflowError("scripted");
                }

                @Override
                public Hold granted(LockLabel label, FenceToken fence) {
                    return new HostileHold();
                }
            };
        }
    }

    private static final class HostileHold implements LockObserver.Hold {
        @Override
        public void ended(HoldEvent event) {
            throw new IllegalStateException("scripted");
        }

        @Override
        public LockObserver.Scope workBegins() {
            return () -> {
                throw new IllegalStateException("scripted");
            };
        }
    }

    /** Keeps a record of all that it sees. */
    private static final class RecordingObserver implements LockObserver {
        private final List<String> moments = new CopyOnWriteArrayList<>();
        private final List<Thread> beganOn = new CopyOnWriteArrayList<>();
        private final List<LockLabel> labels = new CopyOnWriteArrayList<>();
        private final List<LockEvent> ended = new CopyOnWriteArrayList<>();
        private final List<LockException> failures = new CopyOnWriteArrayList<>();
        private final List<LockEvent> background = new CopyOnWriteArrayList<>();
        private final List<HoldEvent> holds = new CopyOnWriteArrayList<>();
        private final List<Duration> late = new CopyOnWriteArrayList<>();

        /** Whether each scope was closed on the thread on which it began. */
        private final List<Boolean> scopes = new CopyOnWriteArrayList<>();

        void note(String moment) {
            moments.add(moment);
        }

        Ending endingOf(LockHandle lock) {
            return holds.stream()
                    .filter(hold -> hold.idFingerprint().equals(lock.id().fingerprint()))
                    .findFirst()
                    .orElseThrow()
                    .ending();
        }

        @Override
        public Operation operationBegins(String name, LockOperation operation, Optional<LockLabel> lock) {
            note(operation + " begins");
            beganOn.add(Thread.currentThread());
            lock.ifPresent(labels::add);
            return new Operation() {
                @Override
                public Hold granted(LockLabel label, FenceToken fence) {
                    note("granted");
                    labels.add(label);
                    return new RecordedHold();
                }

                @Override
                public void ended(LockEvent event, Optional<LockException> failure) {
                    note(operation + " " + event.outcome());
                    ended.add(event);
                    failure.ifPresent(failures::add);
                }
            };
        }

        private final class RecordedHold implements Hold {
            @Override
            public void ended(HoldEvent event) {
                note("hold " + event.ending());
                holds.add(event);
            }

            @Override
            public Scope workBegins() {
                note("work begins");
                Thread began = Thread.currentThread();
                return () -> {
                    note("work ends");
                    scopes.add(Thread.currentThread() == began);
                };
            }
        }

        @Override
        public void backgroundEnded(LockEvent event) {
            background.add(event);
        }

        @Override
        public void heartbeatLate(String name, LockLabel lock, Duration lateBy) {
            late.add(lateBy);
        }
    }
}

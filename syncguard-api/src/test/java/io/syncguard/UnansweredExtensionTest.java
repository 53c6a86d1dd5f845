package io.syncguard;

import static io.syncguard.ScriptedBackend.failing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.testsupport.Pause;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Extensions that were not answered in time: they may have prolonged a lock that nobody holds any more. */
@ParameterizedClass
@EnumSource(Way.class)
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
class UnansweredExtensionTest {
    private static final Duration TTL = Duration.ofMillis(600);
    private static final Duration LONG = Duration.ofHours(1);

    /** The tolerance, in which a holder that was told may stop, less what the loss is told early. */
    private static final Duration BEFORE_ABANDONING = Duration.ofMillis(950);

    /** A machine that stalls for less sends an extension before the first beat is due, which is a third of this after the grant. */
    private static final Duration LONG_ENOUGH_TO_SEND = Duration.ofSeconds(6);

    @Parameter
    Way way;

    private final List<Case> cases = new ArrayList<>();

    @AfterEach
    void close() {
        cases.forEach(each -> each.guard.close());
    }

    /** How it comes that an extension is not answered. */
    private enum Unanswered {
        TIMEOUT,
        CANCELLATION
    }

    /** A lock with a server of its own, so that many cases can wait for their deadlines side by side. */
    private final class Case {
        final boolean heartbeat;
        final boolean watched;
        final Unanswered how;
        final ScriptedBackend backend = new ScriptedBackend();
        final SyncGuard guard = SyncGuard.using(backend);
        final AtomicLong toldNanos = new AtomicLong();
        LockHandle lock;
        long deadline;

        Case(boolean heartbeat, boolean watched, Unanswered how) {
            this.heartbeat = heartbeat;
            this.watched = watched;
            this.how = how;
        }

        @Override
        public String toString() {
            return way + ", heartbeat " + heartbeat + ", watched " + watched + ", " + how;
        }

        void acquire(Duration ttl) {
            LockOptions options = LockOptions.defaults().withTtl(ttl);
            lock = way.acquire(guard, "k", heartbeat ? options.withHeartbeat() : options);
            if (watched) {
                lock.onLost(() -> toldNanos.set(System.nanoTime()));
            }
            noteDeadline();
        }

        void noteDeadline() {
            deadline = System.nanoTime() + lock.remaining().toNanos();
        }

        /** Lets all extensions fail that no script answers, and change nothing. */
        void failOthers() {
            backend.otherwiseExtend = failing(LockErrorCode.SERVICE_UNAVAILABLE, false);
        }

        /** Makes an extension of the holder's whose outcome stays unknown. */
        void leaveUnanswered(Duration ttl) {
            if (how == Unanswered.TIMEOUT) {
                backend.extensions.add(failing(LockErrorCode.NETWORK_TIMEOUT, true));
                assertThatThrownBy(() -> way.extend(lock, ttl)).isInstanceOf(LockException.class);
            } else if (way == Way.ASYNC) {
                backend.async().extensions.add(PendingCall.sent(LockOperation.EXTEND));
                CompletableFuture<Boolean> extension = ((AsyncHeldLock) lock).extend(ttl);
                extension.cancel(true);
            } else {
                // As an interrupt ends a call of a backend.
                backend.extensions.add(() -> {
                    Thread.currentThread().interrupt();
                    throw LockException.outcomeUnknown(
                            LockErrorCode.ABORTED, LockOperation.EXTEND, null, "interrupted", null);
                });
                assertThatThrownBy(() -> way.extend(lock, ttl)).isInstanceOf(LockException.class);
                assertThat(Thread.interrupted()).isTrue();
            }
        }

        void verifyAbandonedAfterTheTolerance() {
            Await.until("it is freed: " + this, () -> backend.count("abandon") == 1);
            ScriptedBackend.Call abandon = calls("abandon").get(0);
            assertThat(abandon.id()).as("%s", this).isEqualTo(lock.id());
            assertThat(Duration.ofNanos(abandon.nanos() - deadline))
                    .as("from the deadline to the abandoning: " + this)
                    .isGreaterThan(BEFORE_ABANDONING);
            if (watched) {
                assertThat(toldNanos.get()).as("the holder was told: " + this).isNotZero();
                assertThat(abandon.nanos() - toldNanos.get())
                        .as("nanoseconds from the notice to the abandoning: " + this)
                        .isPositive();
            }
            assertThat(lock.isHeld()).as("%s", this).isFalse();
            guard.close();
            assertThat(backend.count("abandon")).as("%s", this).isEqualTo(1);
        }

        List<ScriptedBackend.Call> calls(String operation) {
            return backend.calls.stream()
                    .filter(call -> call.operation().equals(operation))
                    .toList();
        }
    }

    /** Returns a case for each way in which holders and extensions can differ. */
    private List<Case> cases(Predicate<Case> which) {
        for (Unanswered how : Unanswered.values()) {
            for (boolean heartbeat : new boolean[] {false, true}) {
                for (boolean watched : new boolean[] {false, true}) {
                    cases.add(new Case(heartbeat, watched, how));
                }
            }
        }
        return cases.stream().filter(which).toList();
    }

    private static void until(long nanos) {
        Pause.until(nanos);
    }

    @Test
    @DisplayName(
            "EXT-3, HLD-4 what an unanswered extension of the holder's may have prolonged is freed after the deadline")
    void ofTheHolder() {
        List<Case> all = cases(each -> true);
        for (Case each : all) {
            each.acquire(TTL);
            each.leaveUnanswered(LONG);
            each.failOthers();
            assertThat(each.lock.remaining()).as("%s", each).isLessThanOrEqualTo(TTL);
        }

        all.forEach(Case::verifyAbandonedAfterTheTolerance);
    }

    @Test
    @DisplayName("EXT-3, HLD-4 what an unanswered beat may have prolonged is freed after the deadline")
    void ofTheHeartbeat() {
        List<Case> all = cases(each -> each.heartbeat);
        for (Case each : all) {
            if (each.how == Unanswered.TIMEOUT) {
                each.backend.otherwiseExtend = failing(LockErrorCode.NETWORK_TIMEOUT, true);
            } else {
                // The heartbeat gives them up, whether the backend takes notice or not.
                for (int i = 0; i < 100; i++) {
                    each.backend
                            .async()
                            .extensions
                            .add(
                                    each.watched
                                            ? PendingCall.sent(LockOperation.EXTEND)
                                            : PendingCall.answeredAnyway(LockOperation.EXTEND));
                }
            }
            each.acquire(TTL);
        }

        all.forEach(Case::verifyAbandonedAfterTheTolerance);

        assertThat(all).allMatch(each -> each.backend.count("extend") > 1);
    }

    @Test
    @DisplayName("HLD-4 a confirmed shorter extension does not make an unanswered longer one forgotten")
    void shorterAfterLonger() {
        List<Case> all = cases(each -> true);
        for (Case each : all) {
            each.acquire(Duration.ofMinutes(1));
            each.leaveUnanswered(LONG);
            assertThat(way.extend(each.lock, TTL)).as("%s", each).isTrue();
            each.noteDeadline();
            each.failOthers();
        }

        all.forEach(Case::verifyAbandonedAfterTheTolerance);
    }

    @Test
    @DisplayName(
            "HLD-4 a release in time frees what an unanswered extension prolonged, and nothing more is sent or told")
    void releasedInTime() {
        List<Case> all = cases(each -> true);
        for (Case each : all) {
            each.acquire(Duration.ofMinutes(1));
            each.leaveUnanswered(LONG);
            assertThat(way.extend(each.lock, TTL)).as("%s", each).isTrue();
            each.noteDeadline();
            assertThat(way.release(each.lock)).as("%s", each).isTrue();
        }

        until(all.get(all.size() - 1).deadline + TimeUnit.MILLISECONDS.toNanos(1_300));

        assertThat(all)
                .allMatch(each -> each.backend.count("abandon") == 0)
                .allMatch(each -> each.backend.count("release") == 1)
                .allMatch(each -> each.toldNanos.get() == 0);
    }

    @Test
    @DisplayName("HLD-6 a release between the deadline and the end of the tolerance frees it, and nothing more is sent")
    void releasedInTheTolerance() {
        List<Case> all = cases(each -> true);
        for (Case each : all) {
            each.acquire(TTL);
            each.leaveUnanswered(LONG);
            each.failOthers();
        }
        for (Case each : all) {
            Await.until("the deadline: " + each, () -> !each.lock.isHeld());
            if (each.watched) {
                Await.until("it is told: " + each, () -> each.toldNanos.get() != 0);
            }
            assertThat(way.release(each.lock)).as("%s", each).isTrue();
        }

        until(all.get(all.size() - 1).deadline + TimeUnit.MILLISECONDS.toNanos(1_400));

        assertThat(all)
                .allMatch(each -> each.backend.count("abandon") == 0)
                .allMatch(each -> each.backend.count("release") == 1);
    }

    @Test
    @DisplayName(
            "HLD-7 closing the guard leaves nothing that an unanswered extension prolonged, before the deadline and after it")
    void closingTheGuard() {
        for (boolean afterTheDeadline : new boolean[] {false, true}) {
            List<Case> all = cases(each -> true);
            for (Case each : all) {
                each.acquire(TTL);
                each.leaveUnanswered(LONG);
                each.failOthers();
            }
            for (Case each : all) {
                if (afterTheDeadline) {
                    Await.until("the deadline: " + each, () -> !each.lock.isHeld());
                }
                each.guard.close();

                List<String> operations = each.backend.calls.stream()
                        .map(ScriptedBackend.Call::operation)
                        .toList();
                assertThat(operations.subList(operations.lastIndexOf("extend") + 1, operations.size()))
                        .as("%s", each)
                        .containsAnyOf("release", "abandon")
                        .endsWith("close");
                assertThat(each.backend.calls.get(operations.size() - 2).id()).isEqualTo(each.lock.id());
            }
            cases.clear();
        }
    }

    @Test
    @DisplayName("EXT-3, EXT-1 an extension that is confirmed after the loss is false, and what it prolonged is freed")
    void confirmedTooLate() throws Exception {
        List<Case> all = cases(each -> each.how == Unanswered.TIMEOUT);
        List<Runnable> answers = new ArrayList<>();
        List<CompletableFuture<Void>> losses = new ArrayList<>();
        List<FutureTask<Boolean>> extensions = new ArrayList<>();
        for (Case each : all) {
            PendingCall<ExtendResult> pending = PendingCall.answeredAnyway(LockOperation.EXTEND);
            CountDownLatch answer = new CountDownLatch(1);
            if (way == Way.ASYNC) {
                each.backend.async().extensions.add(pending);
            } else {
                each.backend.extensions.add(() -> {
                    awaitQuietly(answer);
                    return new Extended(Instant.EPOCH);
                });
            }
            answers.add(() -> {
                answer.countDown();
                pending.complete(new Extended(Instant.EPOCH));
            });
            each.acquire(LONG_ENOUGH_TO_SEND);
            losses.add(each.lock.lost().toCompletableFuture());
            FutureTask<Boolean> extending = new FutureTask<>(() -> way.extend(each.lock, LONG));
            extensions.add(extending);
            new Thread(extending).start();
            Await.until("it is sent", () -> each.backend.count("extend") == 1);
            each.failOthers();
        }
        for (int i = 0; i < all.size(); i++) {
            Case each = all.get(i);
            Await.until("the loss", losses.get(i)::isDone);

            answers.get(i).run();

            assertThat(extensions.get(i).get(10, TimeUnit.SECONDS))
                    .as("%s", each)
                    .isFalse();
            assertThat(each.lock.isHeld()).as("%s", each).isFalse();
            Await.until("it is freed: " + each, () -> each.backend.count("abandon") == 1);
            assertThat(each.calls("abandon").get(0).id()).isEqualTo(each.lock.id());
            long sent = each.backend.count("extend");
            assertThat(way.extend(each.lock, LONG))
                    .as("a lock that was lost stays lost: " + each)
                    .isFalse();
            assertThat(each.backend.count("extend")).isEqualTo(sent);
        }
    }

    @Test
    @DisplayName(
            "HLD-4, HLD-6 an extension that is confirmed after the deadline is false, whether anybody watches for it or not")
    void confirmedAfterTheDeadline() {
        for (Case each : cases(each -> each.how == Unanswered.TIMEOUT && !each.heartbeat)) {
            each.backend.extensions.add(() -> {
                Await.until("the deadline", () -> !each.lock.isHeld());
                return new Extended(Instant.EPOCH);
            });
            // A machine that stalls can let the deadline pass before the extension is sent: then it is not.
            for (int millis = 100; each.backend.count("extend") == 0; millis *= 2) {
                each.acquire(Duration.ofMillis(millis));

                assertThat(way.extend(each.lock, LONG)).as("%s", each).isFalse();

                assertThat(each.lock.isHeld()).as("%s", each).isFalse();
            }
            Await.until("what it prolonged is freed: " + each, () -> each.backend.count("abandon") == 1);
        }
    }

    @Test
    @DisplayName("HLD-4, HLD-6 a lock whose deadline has passed is not extended, whether anybody watches for it or not")
    void extendedAfterTheDeadline() {
        for (Case each : cases(each -> each.how == Unanswered.TIMEOUT && !each.heartbeat)) {
            each.acquire(Duration.ofMillis(20));
            Await.until("the deadline", () -> !each.lock.isHeld());

            assertThat(way.extend(each.lock, LONG)).as("%s", each).isFalse();

            assertThat(each.backend.count("extend")).as("%s", each).isZero();
            assertThat(way.release(each.lock)).as("what is left is freed").isTrue();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("TIME-5, EXT-1 an extension that is answered after its own ttl is false, for the lock is not held")
    void answeredAfterItsOwnTtl() {
        for (Case each : cases(each -> each.how == Unanswered.TIMEOUT)) {
            each.acquire(Duration.ofMinutes(1));
            each.backend.extensions.add(() -> {
                until(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(60));
                return new Extended(Instant.EPOCH);
            });

            boolean extended = way.extend(each.lock, Duration.ofMillis(40));

            assertThat(extended).as("%s", each).isFalse();
            assertThat(each.lock.isHeld()).as("%s", each).isFalse();
            assertThat(each.lock.remaining()).isZero();
            assertThat(way.extend(each.lock, LONG)).as("it stays so: " + each).isFalse();
            if (each.watched) {
                Await.until("the holder is told: " + each, () -> each.toldNanos.get() != 0);
            }
        }
    }

    @Test
    @DisplayName(
            "EXT-3, TIME-5 a confirmed extension counts no more than an unanswered shorter one, which may land after it")
    void longerAfterShorter() {
        for (Case each : cases(each -> true)) {
            each.acquire(Duration.ofMinutes(1));
            each.leaveUnanswered(Duration.ofSeconds(20));

            assertThat(way.extend(each.lock, LONG)).as("%s", each).isTrue();

            assertThat(each.lock.remaining()).as("%s", each).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(20));
            assertThat(way.extend(each.lock, Duration.ofSeconds(8)))
                    .as("%s", each)
                    .isTrue();
            assertThat(each.lock.remaining()).as("%s", each).isBetween(Duration.ofMillis(500), Duration.ofSeconds(8));
        }
    }

    @Test
    @DisplayName(
            "HLD-1, TIME-5 after an unanswered shorter extension beats come in time for it, and the lock stays held")
    void beatsWithinTheShorter() {
        Duration shorter = Duration.ofMillis(1_500);
        List<Case> all = cases(each -> each.heartbeat);
        for (Case each : all) {
            each.acquire(LONG);
            each.leaveUnanswered(shorter);
        }
        long end = System.nanoTime() + shorter.multipliedBy(2).toNanos();

        while (System.nanoTime() - end < 0) {
            assertThat(all).allMatch(each -> each.lock.isHeld());
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }

        assertThat(all)
                .allMatch(each -> each.lock.remaining().compareTo(shorter) <= 0)
                .allMatch(each -> each.backend.count("extend") > 3)
                .allMatch(each -> each.toldNanos.get() == 0);
    }
}

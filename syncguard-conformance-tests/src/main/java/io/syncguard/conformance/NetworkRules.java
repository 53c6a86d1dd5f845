package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.Extension;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Calls and locks while the network delivers late, or not at all. */
interface NetworkRules extends BackendUnderTest {

    /** Several tests wait until it is over. */
    Duration SOON = Duration.ofSeconds(1);

    /** The operation timeout of backends that are to be answered. */
    Duration PATIENT = Duration.ofSeconds(20);

    /** Shows that it was replaced by that of a call. */
    Ttl OTHER_TTL = new Ttl(45_000);

    /** How often a test begins anew on a machine that is too busy for a call to return in time. */
    int ATTEMPTS = 5;

    /** The longest operation timeout that a test waits for, so that it can disturb a call before it on a busy machine. */
    Duration LONGEST_TO_DISTURB = SOON.multipliedBy(8);

    int MOST_DISTURBANCES = 8;

    @Test
    @DisplayName(
            "OPT-2, ERR-1 a call without an answer ends with NETWORK_TIMEOUT, says whether it may have taken effect, and does no harm to later ones")
    default void unansweredCalls() throws InterruptedException {
        FaultyNetwork network = network();
        LockBackend behind = answering(network);
        Map<Operation, Held> locks = Held.oneForEach(backend(), this::key, OTHER_TTL);
        network.stall();

        Map<Operation, StartedCall> calls = StartedCall.ofEach(behind, locks);
        StartedCall ping = StartedCall.of(behind::ping);
        LockKey free = key();
        StartedCall abandoning = StartedCall.of(() -> behind.abandon(free, behind.newLockId(free), Held.LONG));

        Map<Operation, LockException> failures = new EnumMap<>(Operation.class);
        for (Map.Entry<Operation, StartedCall> each : calls.entrySet()) {
            LockException e = each.getValue().failure("OPT-2 " + each.getKey() + " without an answer", SOON);
            assertThat(e.code())
                    .as("OPT-2 the code of %s without an answer, which failed with %s", each.getKey(), e)
                    .isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
            failures.put(each.getKey(), e);
        }
        assertThat(ping.failure("OPT-2 a ping without an answer", SOON).code())
                .as("OPT-2 the code of a ping without an answer")
                .isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
        assertThat(abandoning
                        .failure("OPT-2 abandoning without an answer", SOON)
                        .code())
                .as("OPT-2 the code of abandoning without an answer")
                .isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
        network.resume();
        awaitAnswers(behind);
        assertChangedNothing("unanswered", backend(), failures, locks);
    }

    /** Asserts of calls that are said to have changed nothing that it is so. */
    private static void assertChangedNothing(
            String which, LockBackend direct, Map<Operation, LockException> failures, Map<Operation, Held> locks) {
        failures.forEach((operation, e) -> {
            if (operation.changesLocks() && !e.isOutcomeUnknown()) {
                // Nothing was sent, as where a connection had to be opened first.
                holdsFor(
                        "ERR-1",
                        "a call that was " + which + " (" + operation + ") and is said to have changed nothing",
                        direct,
                        Objects.requireNonNull(locks.get(operation)));
            }
        });
    }

    /** Returns a backend that gives a call up soon, and is connected. */
    private LockBackend answering(FaultyNetwork network) throws InterruptedException {
        return answering(network, SOON);
    }

    /** Returns a backend that gives a call up after a time, and is connected. */
    private LockBackend answering(FaultyNetwork network, Duration timeout) throws InterruptedException {
        LockBackend behind = behind(network, timeout);
        assertThat(behind.capabilities().operationTimeout())
                .as("OPT-2 the operation timeout that the backend's capabilities tell")
                .isEqualTo(timeout);
        // At once, so that a backend has the connections that it needs for as many calls.
        List<Callable<Boolean>> looks = Collections.nCopies(Operation.values().length, () -> {
            awaitAnswers(behind);
            return true;
        });
        List<Boolean> unused = Contenders.race(looks);
        return behind;
    }

    /** Waits until a backend gets answers again. Calls may fail until then. */
    private void awaitAnswers(LockBackend behind) {
        Await.answers("OPT-2 calls are answered once the network works again", behind, key());
    }

    @Test
    @DisplayName("REL-1, REL-2 a release that arrives late does not release the next holder's lock")
    default void lateRelease() throws InterruptedException {
        lateRequest(Operation.RELEASE);
    }

    @Test
    @DisplayName("EXT-1, EXT-3 an extension that arrives late neither revives its lock nor changes the next holder's")
    default void lateExtension() throws InterruptedException {
        lateRequest(Operation.EXTEND);
    }

    private void lateRequest(Operation operation) throws InterruptedException {
        FaultyNetwork network = network();
        LockBackend behind = answering(network);
        LockBackend direct = backend();
        Held held = Held.take(direct, key());
        Held revived = Held.take(direct, key());
        network.stall();
        List<StartedCall> calls = List.of(
                StartedCall.of(() -> operation.findsLive(behind, held.key(), held.id())),
                StartedCall.of(() -> operation.findsLive(behind, revived.key(), revived.id())));
        awaitTimeouts(operation, calls);
        held.release(direct);
        revived.release(direct);
        Held next = Held.take(direct, held.key(), OTHER_TTL);

        network.resume();

        awaitAnswers(behind);
        holdsFor(rule(operation), "a late " + operation + " of another's", direct, next);
        assertThat(direct.isLocked(revived.key()))
                .as("%s the key after a late %s of a lock that was released", rule(operation), operation)
                .isFalse();
        next.release(direct);
    }

    private static String rule(Operation operation) {
        return operation == Operation.EXTEND ? "EXT-1" : "REL-1";
    }

    private static void awaitTimeouts(Operation operation, List<StartedCall> calls) throws InterruptedException {
        for (StartedCall call : calls) {
            LockException unused = call.failure("OPT-2 " + operation + " without an answer", SOON);
        }
    }

    /** Asserts that a lock stays as it is while late requests arrive. */
    private static void holdsFor(String rule, String late, LockBackend direct, Held next) {
        long start = System.nanoTime();
        while (Await.elapsedMillis(start) < 300) {
            Await.pause();
            LockRecord found = direct.lookup(next.key()).orElse(null);
            assertThat(found == null ? null : found.id())
                    .as("%s the holder after %s", rule, late)
                    .isEqualTo(next.id());
            assertThat(found == null ? null : found.expiresAt())
                    .as("%s the holder's expiry after %s", rule, late)
                    .isEqualTo(next.expiresAt());
        }
    }

    @Test
    @DisplayName(
            "ACQ-4, ACQ-3 an acquire that arrives late takes no lock of another's, and can be abandoned, or repeated by its id")
    default void lateAcquires() throws InterruptedException {
        FaultyNetwork network = network();
        LockBackend behind = answering(network);
        LockBackend direct = backend();
        LockKey contended = key();
        LockKey abandoned = key();
        LockKey repeated = key();
        LockId atContended = behind.newLockId(contended);
        LockId atAbandoned = behind.newLockId(abandoned);
        LockId atRepeated = behind.newLockId(repeated);
        network.stall();
        awaitTimeouts(
                Operation.ACQUIRE,
                List.of(
                        StartedCall.of(() -> acquire(behind, contended, atContended)),
                        StartedCall.of(() -> acquire(behind, abandoned, atAbandoned)),
                        StartedCall.of(() -> acquire(behind, repeated, atRepeated))));
        direct.abandon(contended, atContended, Held.LONG);
        Held next = Held.take(direct, contended, OTHER_TTL);

        network.resume();

        awaitAnswers(behind);
        holdsFor("ACQ-4", "a late ACQUIRE of another's", direct, next);
        assertThat(direct.lookup(atContended))
                .as("ACQ-4 what an id holds whose acquire came late, and was abandoned")
                .isEmpty();
        AcquireResult answer = direct.acquire(repeated, atRepeated, Held.LONG);
        assertThat(answer)
                .as("ACQ-3 an acquire that is repeated after its answer was lost")
                .isInstanceOf(Acquired.class);
        assertThat(direct.lookup(atRepeated).map(LockRecord::fence))
                .as("ACQ-3 the fence of a lock whose acquire was repeated after its answer was lost")
                .contains(((Acquired) answer).fence());
        assertThat(direct.release(atRepeated)).as("REL-1 its release").isEqualTo(ReleaseResult.RELEASED);
        assertThat(direct.isLocked(repeated))
                .as("ACQ-3 the key after its release")
                .isFalse();
        direct.abandon(abandoned, atAbandoned, Held.LONG);
        assertThat(direct.isLocked(abandoned))
                .as("ACQ-4 the key after an acquire that came late was abandoned")
                .isFalse();
    }

    private static void acquire(LockBackend behind, LockKey key, LockId id) {
        AcquireResult unused = behind.acquire(key, id, Held.LONG);
    }

    @Test
    @DisplayName("OPT-1, ERR-1 an interrupt ends a call that waits for its answer, with ABORTED and at once")
    default void interruptedWhileWaiting() throws InterruptedException {
        FaultyNetwork network = network();
        inTime("OPT-1", network, timeout -> {
            LockBackend behind = answering(network, timeout);
            Map<Operation, Held> locks = Held.oneForEach(backend(), this::key, OTHER_TTL);
            network.stall();
            Map<Operation, StartedCall> calls = StartedCall.ofEach(behind, locks);
            StartedCall.awaitSent(calls.values(), timeout.dividedBy(4));

            calls.values().forEach(StartedCall::interrupt);

            boolean inTime = areYoung(calls, timeout);
            Map<Operation, LockException> failures = new EnumMap<>(Operation.class);
            for (Map.Entry<Operation, StartedCall> each : calls.entrySet()) {
                LockException e = each.getValue()
                        .failure(
                                "OPT-1 " + each.getKey() + " that was interrupted while it waited for its answer",
                                timeout);
                failures.put(each.getKey(), e);
                if (inTime) {
                    assertThat(e.code())
                            .as(
                                    "OPT-1 the code of %s that was interrupted while it waited for its answer",
                                    each.getKey())
                            .isEqualTo(LockErrorCode.ABORTED);
                    assertThat(each.getValue().isInterruptedAfterwards())
                            .as("OPT-1 the interrupt flag after %s", each.getKey())
                            .isTrue();
                }
            }
            network.resume();
            awaitAnswers(behind);
            assertChangedNothing("interrupted", backend(), failures, locks);
            return inTime;
        });
    }

    /** Returns whether none of the calls can have come to its operation timeout. */
    private static boolean areYoung(Map<Operation, StartedCall> calls, Duration timeout) {
        return calls.values().stream().allMatch(each -> each.isYoungerThan(timeout.dividedBy(2)));
    }

    /** Disturbs calls that are not answered. */
    interface Disturbance {
        /** Returns whether they were disturbed before their operation timeout, and whatever was asserted counts. */
        boolean inTime(Duration operationTimeout) throws InterruptedException;
    }

    /**
     * Runs a test, with longer and longer operation timeouts, until calls were disturbed before theirs, and the rule kept or broken, twice.
     * On a busy machine a call that was not sent yet looks like one of a backend that keeps the rule, and a thread that does not get a
     * processor like one of a backend that breaks it.
     */
    private static void inTime(String rule, FaultyNetwork network, Disturbance test) throws InterruptedException {
        int kept = 0;
        boolean broken = false;
        Duration timeout = SOON;
        for (int attempt = 0; attempt < MOST_DISTURBANCES && kept < 2; attempt++) {
            try {
                kept += test.inTime(timeout) ? 1 : 0;
            } catch (AssertionError e) {
                if (broken) {
                    throw e;
                }
                broken = true;
            }
            network.resume();
            timeout = timeout.compareTo(LONGEST_TO_DISTURB) < 0 ? timeout.multipliedBy(2) : timeout;
        }
        if (kept < 2) {
            Assumptions.abort(
                    rule + " could not be checked: the machine took longer to disturb a call than half of its operation"
                            + " timeout, up to " + Await.inSeconds(LONGEST_TO_DISTURB));
        }
    }

    @Test
    @DisplayName("OPT-3, ERR-1 closing ends all calls that wait for their answers, with ABORTED, and leaves no thread")
    default void closedWhileWaiting() throws InterruptedException {
        FaultyNetwork network = network();
        // What a client starts once for the life of the JVM is no leak.
        closeDuringCalls(network);

        Threads.endAfter("OPT-3 the threads of a backend that was closed during calls have ended", () -> {
            try {
                closeDuringCalls(network);
            } catch (InterruptedException e) {
                throw new AssertionError("OPT-3 the test was interrupted", e);
            }
        });
    }

    private void closeDuringCalls(FaultyNetwork network) throws InterruptedException {
        // Not the backend of the test, which is there for longer, and may start threads now.
        LockBackend direct = another();
        inTime("OPT-3", network, timeout -> {
            LockBackend behind = answering(network, timeout);
            Map<Operation, Held> locks = Held.oneForEach(direct, this::key, OTHER_TTL);
            network.stall();
            Map<Operation, StartedCall> calls = StartedCall.ofEach(behind, locks);
            StartedCall.awaitSent(calls.values(), timeout.dividedBy(4));

            StartedCall close = StartedCall.of(behind::close);

            boolean inTime = areYoung(calls, timeout);
            close.awaitEnd("OPT-3 close() during calls", timeout);
            Map<Operation, LockException> failures = new EnumMap<>(Operation.class);
            for (Map.Entry<Operation, StartedCall> each : calls.entrySet()) {
                LockException e =
                        each.getValue().failure("OPT-3 " + each.getKey() + " in a backend that is closed", timeout);
                failures.put(each.getKey(), e);
                if (inTime) {
                    assertThat(e.code())
                            .as(
                                    "OPT-3 the code of %s that waited for its answer when the backend was closed",
                                    each.getKey())
                            .isEqualTo(LockErrorCode.ABORTED);
                }
            }
            network.resume();
            assertChangedNothing("in a backend that was closed", direct, failures, locks);
            return inTime;
        });
        direct.close();
    }

    @Test
    @DisplayName("OPT-3 no connection is left after close")
    default void leavesNoConnection() {
        FaultyNetwork network = network();
        Assumptions.assumeTrue(
                network.openConnections().isPresent(),
                "the network does not tell how many connections are open (openConnections)");
        LockBackend behind = behind(network, PATIENT);
        awaitAnswers(behind);
        behind.ping();
        if (behind.wakeUps().isPresent()) {
            Waiting.openTheWay(behind);
        }
        assertThat(network.openConnections().orElseThrow())
                .as("OPT-3 connections of a backend that is used")
                .isPositive();

        behind.close();

        Await.until(
                "OPT-3 the connections of a backend have ended after its close",
                () -> network.openConnections().orElseThrow() == 0);
    }

    @Test
    @DisplayName("OPT-4 an asynchronous call returns before its answer is there")
    default void asyncReturnsFirst() throws InterruptedException {
        FaultyNetwork network = network();
        LockBackend behind = answering(network);
        for (Operation operation : Operation.values()) {
            returnsFirst(
                    network,
                    behind,
                    "an asynchronous " + operation,
                    (async, held) -> operation.start(
                            async,
                            held.key(),
                            operation == Operation.ACQUIRE ? behind.newLockId(held.key()) : held.id()));
        }
        returnsFirst(network, behind, "an extension together with others", (async, held) -> async.extendAll(
                        List.of(new Extension(held.id(), Held.LONG)))
                .get(0));
        returnsFirst(network, behind, "abandoning", (async, held) -> async.abandon(held.key(), held.id(), Held.LONG));
    }

    private void returnsFirst(
            FaultyNetwork network,
            LockBackend behind,
            String what,
            BiFunction<AsyncLockBackend, Held, CompletableFuture<?>> start)
            throws InterruptedException {
        Held held = Held.take(backend(), key());
        boolean returned = false;
        // A machine that stands still looks the same, a few times.
        for (int attempt = 0; attempt < ATTEMPTS && !returned; attempt++) {
            awaitAnswers(behind);
            network.stall();
            AtomicReference<@Nullable CompletableFuture<?>> future = new AtomicReference<>();
            StartedCall call = StartedCall.of(() -> future.set(start.apply(behind.async(), held)));
            call.awaitEnd("OPT-4 starting " + what, SOON);
            returned = call.isYoungerThan(SOON.dividedBy(2));
            CompletableFuture<?> started = future.get();
            assertThat(started)
                    .as("OPT-4 the future of %s, which failed at once with: %s", what, call.thrown())
                    .isNotNull();
            boolean cancelled = Objects.requireNonNull(started).cancel(true);
            network.resume();
            assertThat(cancelled || !returned)
                    .as("OPT-4 whether the future of %s was incomplete while no answer came", what)
                    .isTrue();
        }
        assertThat(returned)
                .as("OPT-4 whether %s returned before its answer was there", what)
                .isTrue();
    }
}

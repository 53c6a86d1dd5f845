package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockListing;
import io.syncguard.spi.ReleaseResult;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Calls, locks and waiters when the server is killed, and when it comes back. */
interface OutageRules extends BackendUnderTest {

    /** The operation timeout of backends that are to be answered soon after a connection was refused, on a busy machine too. */
    Duration TIMEOUT = Duration.ofSeconds(3);

    /** Longer than the suite waits for any call that is to end soon. */
    Duration LONG_TIMEOUT = Duration.ofSeconds(60);

    /** How long requests of before may take to arrive. */
    long LATE_MILLIS = 300;

    @Test
    @DisplayName(
            "OPT-2, ERR-1, FEN-1, EXT-1, REL-1, LKP-1 calls fail in time while the server is down; once it is back they work, by what it knows then")
    default void serverThatComesBack() throws InterruptedException {
        RestartableServer server = server();
        LockBackend backend = answering(server);
        backend.ping();
        Map<Operation, Held> locks = Held.oneForEach(backend, this::key, Held.LONG);
        Held released = Held.take(backend, key());
        released.release(backend);
        Held extended = Held.take(backend, key());
        Held held = Held.take(backend, key());
        try (AcquiresThroughOutage acquires = AcquiresThroughOutage.start(backend, this::key)) {
            acquires.awaitFirst();

            server.kill();

            StartedCall.ofEach(backend, locks).forEach((operation, call) -> assertFailsInTime(operation.name(), call));
            assertFailsInTime("a ping", StartedCall.of(backend::ping));
            assertFailsInTime(
                    "abandoning",
                    StartedCall.of(() -> backend.abandon(held.key(), backend.newLockId(held.key()), Held.LONG)));
            backend.listing()
                    .ifPresent(listing -> assertFailsInTime("a list", StartedCall.of(() -> {
                        var unused = listing.page("", LockListing.START);
                    })));
            server.start();
            awaitAnswers(backend);
            acquires.stop();
            // A process of its own may be asked what the server knows.
            LockBackend fresh = on(server, NetworkRules.PATIENT);
            assertKnowsWhatTheServerKnows(backend, fresh, extended, held);
            assertThat(Held.take(backend, released.key()).fence())
                    .as("FEN-1 the fence after the server was killed and came back")
                    .isGreaterThan(released.fence());
            assertChangedNothing(fresh, acquires.failedForCertain());
        }
    }

    @Test
    @DisplayName("OPT-2 a server that refuses the connection is not waited for, whatever the operation timeout")
    default void refused() throws InterruptedException {
        requireEndWhenRefused();
        RestartableServer server = server();
        LockBackend backend = on(server, LONG_TIMEOUT);
        awaitAnswers(backend);

        server.kill();

        for (int call = 0; call < 2; call++) {
            LockException e = StartedCall.of(() -> {
                        boolean unused = backend.isLocked(key());
                    })
                    .failure("OPT-2 a call that is refused by the server's machine", NetworkRules.SOON);
            assertThat(e.code()).as("ERR-1 the code of: %s", e).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
        }
    }

    /** Returns a backend that gives a call up soon, and is connected. */
    private LockBackend answering(RestartableServer server) {
        LockBackend backend = on(server, TIMEOUT);
        awaitAnswers(backend);
        return backend;
    }

    private void awaitAnswers(LockBackend backend) {
        Await.answers("OPT-2 calls are answered once the server is back", backend, key());
    }

    private static void assertFailsInTime(String operation, StartedCall call) {
        LockException e;
        try {
            e = call.failure("OPT-2 " + operation + " while the server is down", TIMEOUT);
        } catch (InterruptedException interrupted) {
            throw new AssertionError("OPT-2 the test was interrupted", interrupted);
        }
        assertThat(e.code())
                .as("ERR-1 the code of %s while the server is down", operation)
                .isIn(LockErrorCode.SERVICE_UNAVAILABLE, LockErrorCode.NETWORK_TIMEOUT);
    }

    private static void assertKnowsWhatTheServerKnows(
            LockBackend backend, LockBackend fresh, Held extended, Held held) {
        boolean lost = fresh.lookup(extended.id()).isEmpty();
        assertThat(backend.lookup(extended.id()).isEmpty())
                .as("LKP-1 whether the lookup by id finds nothing, %s", which(lost))
                .isEqualTo(lost);
        assertThat(backend.extend(extended.id(), Held.LONG) instanceof Extended)
                .as("EXT-1 whether the extension succeeds, %s", which(lost))
                .isEqualTo(!lost);
        lost = fresh.lookup(held.id()).isEmpty();
        assertThat(backend.release(held.id()))
                .as("REL-1 the release, %s", which(lost))
                .isEqualTo(lost ? ReleaseResult.ABSENT : ReleaseResult.RELEASED);
        assertThat(Held.take(backend, held.key()).fence())
                .as("FEN-1 the fence after that %s", which(lost))
                .isGreaterThan(held.fence());
    }

    private static String which(boolean lost) {
        return lost ? "of a lock that the server has lost" : "of a lock that the server has kept";
    }

    private static void assertChangedNothing(LockBackend fresh, Map<LockId, LockKey> failed) {
        long start = System.nanoTime();
        Await.millisSince(start, LATE_MILLIS);
        failed.forEach((id, key) -> assertThat(fresh.lookup(id))
                .as(
                        "ERR-1 what an id holds whose acquire failed when the server was killed, and is said to have changed nothing")
                .isEmpty());
    }

    @Test
    @DisplayName(
            "WAI-1 after the server was killed and came back, those that waited acquire the lock, and releases call them again")
    default void waiterAcrossAnOutage() {
        Waiting.wakeUps(backend());
        RestartableServer server = server();
        LockBackend direct = on(server, NetworkRules.PATIENT);
        LockBackend waiters = Waiting.opened(on(server, NetworkRules.PATIENT));
        Held held = Held.take(direct, key());
        try (Waiting waiting = Waiting.enter(waiters, held.key())) {
            waiting.tryInVain();

            server.kill();
            server.start();

            awaitAnswers(direct);
            awaitAnswers(waiters);
            if (direct.isLocked(held.key())) {
                held.release(direct);
            }
            waiting.takeAtOnce().release(waiters);
            long start = System.nanoTime();
            // A call may be lost while a waiter does not know yet that the server was away. The waiter of a guard polls
            // meanwhile. A call that is only late is waited for longer each time.
            Await.until("WAI-1 after the server came back a release calls the waiter again", () -> {
                Held now = Held.take(direct, held.key());
                waiting.tryInVain();
                now.release(direct);
                return waiting.isCalledWithin(Duration.ofMillis(200 + Await.elapsedMillis(start) / 4));
            });
        }
    }

    @Test
    @DisplayName("OPT-3 closing while the server is down does not hang, ends all calls, and leaves no thread")
    default void closedWhileDown() throws InterruptedException {
        RestartableServer server = server();
        // What a client starts once for the life of the JVM is no leak.
        use(on(server, TIMEOUT)).close();

        Threads.endAfter("OPT-3 the threads of a backend that was closed while its server was down have ended", () -> {
            LockBackend backend = use(on(server, TIMEOUT));
            Map<Operation, Held> locks = Held.oneForEach(backend, this::key, Held.LONG);
            server.kill();
            Map<Operation, StartedCall> calls = StartedCall.ofEach(backend, locks);
            try {
                StartedCall.of(backend::close).awaitEnd("OPT-3 close() while the server is down", TIMEOUT);
                for (Map.Entry<Operation, StartedCall> each : calls.entrySet()) {
                    LockException unused = each.getValue()
                            .failure(
                                    "OPT-3 " + each.getKey() + " in a backend that is closed while its server is down",
                                    TIMEOUT);
                }
            } catch (InterruptedException e) {
                throw new AssertionError("OPT-3 the test was interrupted", e);
            }
        });
    }

    /** Has a backend open all that it needs, and returns it. */
    private LockBackend use(LockBackend backend) {
        awaitAnswers(backend);
        if (backend.wakeUps().isPresent()) {
            Waiting.openTheWay(backend);
        }
        return backend;
    }
}

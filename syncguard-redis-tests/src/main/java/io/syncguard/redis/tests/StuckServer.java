package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.AsyncHeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testsupport.Pause;
import io.syncguard.testsupport.StallMeter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import redis.clients.jedis.UnifiedJedis;

/** A server that accepts connections and answers nobody: what bounds a call, and who ends it. */
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
public abstract class StuckServer {
    /** Returns a backend opened by a {@code redis://} URI, which the test closes. */
    protected abstract LockBackend open(String uri);

    /** Returns whether a thread that is in a call has sent its request, or its login, and waits for the answer. */
    protected abstract boolean isWaitingForServer(Thread thread);

    private static final Duration TTL = Duration.ofSeconds(30);
    private static final int MANY = 200;
    private static final String SHORT = "?operationTimeoutMillis=600";
    private static final String LONG_OPERATION = "?operationTimeoutMillis=60000";
    private static final String SHORT_CONNECT = "&connectTimeoutMillis=600";
    private static final String LONG = "?operationTimeoutMillis=60000&connectTimeoutMillis=60000";

    private final RedisTestServer server = RedisTestServer.start();

    /** The first connection of a JVM loads classes for longer than the short timeout. */
    @BeforeEach
    protected void loadClasses() {
        try (SyncGuard guard = SyncGuard.using(open(server.uri()))) {
            guard.run("warm-up", () -> {});
            ServerQuestions.await(server, 1);
        }
    }

    @AfterEach
    protected void close() {
        server.close();
    }

    @Test
    @DisplayName("OPT-2, ACQ-4 no answer is NETWORK_TIMEOUT within the operation timeout, and nothing stays held")
    protected void timesOut() {
        // The pool replaces the broken connection within the same call: twice the timeout if nobody stopped it.
        try (SyncGuard guard = SyncGuard.using(open(server.uri() + SHORT))) {
            Await.connected(guard);
            // Else that may have the only connection.
            ServerQuestions.await(server, 2, guard);
            server.suspend();

            LockException e = failureWithin(
                    Duration.ofSeconds(1),
                    () -> guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL)));

            assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
            assertThat(e.isOutcomeUnknown()).isTrue();
            server.resume();
            Await.until("the acquire that landed late is gone", () -> !guard.isLocked("job"));
        }
    }

    @Test
    @DisplayName(
            "OPT-2 opening a connection counts: login to a server that never answers ends with the connect timeout")
    protected void timesOutWhileConnecting() {
        try (SyncGuard guard = SyncGuard.using(open(server.uri() + LONG_OPERATION + SHORT_CONNECT))) {
            server.suspend();

            LockException e = failureWithin(
                    Duration.ofSeconds(1),
                    () -> guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL)));

            assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
            assertThat(Thread.currentThread().isInterrupted())
                    .as("interrupt of ours left behind")
                    .isFalse();
        }
    }

    @Test
    @DisplayName("OPT-1, ACQ-4 an interrupt ends a call that waits for the server, keeps the flag, leaves no orphan")
    protected void interruptedWhileWaiting() throws InterruptedException {
        try (SyncGuard guard = SyncGuard.using(open(server.uri() + LONG))) {
            guard.run("warm-up", () -> {});
            server.suspend();
            Caller caller = callerWaitingForServer(
                    () -> guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL)));

            caller.thread.interrupt();

            caller.awaitEnd();
            assertThat(caller.failure.get().code()).isEqualTo(LockErrorCode.ABORTED);
            assertThat(caller.flag).as("interrupt flag").isTrue();
            server.resume();
            Await.until("the acquire that landed late is gone", () -> !guard.isLocked("job"));
        }
    }

    @Test
    @DisplayName("OPT-1 an interrupt ends a call that logs in")
    protected void interruptedWhileConnecting() throws InterruptedException {
        try (SyncGuard guard = SyncGuard.using(open(server.uri() + LONG))) {
            server.suspend();
            Caller caller = callerWaitingForServer(
                    () -> guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL)));

            caller.thread.interrupt();

            caller.awaitEnd();
            assertThat(caller.failure.get().code()).isEqualTo(LockErrorCode.ABORTED);
            assertThat(caller.flag).as("interrupt flag").isTrue();
        }
    }

    @Test
    @DisplayName("OPT-3 closing ends calls in flight with ABORTED and leaves no thread and no connection")
    protected void closeEndsCallsInFlight() throws InterruptedException {
        try (UnifiedJedis raw = JedisClients.create("127.0.0.1", server.port())) {
            SyncGuard guard = SyncGuard.using(open(server.uri() + LONG));
            guard.run("warm-up", () -> {});
            // Else that may have the only connection.
            ServerQuestions.await(server, 2, guard);
            server.suspend();
            Caller caller = callerWaitingForServer(() -> guard.isLocked("job"));

            guard.close();

            caller.awaitEnd();
            assertThat(caller.failure.get().code()).isEqualTo(LockErrorCode.ABORTED);
            assertThat(failureOf(() -> guard.isLocked("job")).code()).isEqualTo(LockErrorCode.ABORTED);
            // The thread of a pool that has ended may be on its last steps.
            Await.untilOurThreadsAreGone();
            server.resume();
            Await.until("only this test's own connection is left", () -> raw.info("clients")
                    .contains("connected_clients:1\r"));
        }
    }

    @Test
    @DisplayName(
            "OPT-2, ACQ-4 futures end within the operation timeout, however many there are, and nothing stays held")
    protected void futuresTimeOut() {
        try (SyncGuard guard = SyncGuard.using(open(server.uri() + SHORT))) {
            Await.connected(guard);
            server.suspend();
            try (StallMeter stalls = StallMeter.start()) {
                List<CompletableFuture<Optional<AsyncHeldLock>>> futures = IntStream.range(0, MANY)
                        .mapToObj(i -> guard.async()
                                .tryAcquire("job-" + i, LockOptions.defaults().withTtl(TTL)))
                        .toList();

                for (CompletableFuture<Optional<AsyncHeldLock>> future : futures) {
                    assertThat(codeOf(future)).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
                }

                assertThat(stalls.elapsed()).isLessThan(Duration.ofSeconds(1));
            }
            server.resume();
            for (int i = 0; i < MANY; i++) {
                String key = "job-" + i;
                Await.until("what landed late is gone", () -> !guard.isLocked(key));
            }
        }
    }

    private static LockErrorCode codeOf(CompletableFuture<?> future) {
        Throwable failure = future.handle((value, thrown) -> thrown).join();
        return LockException.within(failure).orElseThrow().code();
    }

    @Test
    @DisplayName("OPT-1, ACQ-4 cancelling a future that waits for the server ends it at once and leaves no orphan")
    protected void cancelledWhileWaiting() {
        try (SyncGuard guard = SyncGuard.using(open(server.uri() + LONG))) {
            guard.run("warm-up", () -> {});
            server.suspend();
            CompletableFuture<Optional<AsyncHeldLock>> sent =
                    guard.async().tryAcquire("job", LockOptions.defaults().withTtl(TTL));
            Pause.millis(50);

            assertThat(sent.cancel(true)).isTrue();

            assertThat(codeOf(sent)).isEqualTo(LockErrorCode.ABORTED);
            server.resume();
            Await.until("the acquire that landed late is gone", () -> !guard.isLocked("job"));
        }
    }

    @Test
    @DisplayName("OPT-3 closing ends futures that wait for the server with ABORTED")
    protected void closeEndsFutures() {
        SyncGuard guard = SyncGuard.using(open(server.uri() + LONG));
        guard.run("warm-up", () -> {});
        server.suspend();
        List<CompletableFuture<?>> futures = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            futures.add(guard.async().isLocked("job-" + i));
            futures.add(guard.async().acquire("job-" + i));
        }

        guard.close();

        for (CompletableFuture<?> future : futures) {
            assertThat(future).isDone();
            assertThat(codeOf(future)).isEqualTo(LockErrorCode.ABORTED);
        }
        assertThat(codeOf(guard.async().isLocked("job"))).isEqualTo(LockErrorCode.ABORTED);
        assertThat(codeOf(guard.async().acquire("job"))).isEqualTo(LockErrorCode.ABORTED);
    }

    private static LockException failureWithin(Duration limit, ThrowingCallable call) {
        try (StallMeter stalls = StallMeter.start()) {
            LockException e = failureOf(call);
            assertThat(stalls.elapsed()).isLessThan(limit);
            return e;
        }
    }

    private static LockException failureOf(ThrowingCallable call) {
        LockException e = catchThrowableOfType(LockException.class, call);
        assertThat(e).as("a LockException").isNotNull();
        return e;
    }

    private Caller callerWaitingForServer(ThrowingCallable call) {
        Caller caller = new Caller(call);
        caller.thread.start();
        Await.until("the caller waits for the server", () -> isWaitingForServer(caller.thread));
        return caller;
    }

    /** A thread in a call, and what became of it. */
    private static final class Caller {
        private final AtomicReference<LockException> failure = new AtomicReference<>();
        private final AtomicBoolean flag = new AtomicBoolean();
        private final Thread thread;

        private Caller(ThrowingCallable call) {
            thread = new Thread(() -> {
                failure.set(catchThrowableOfType(LockException.class, call));
                flag.set(Thread.currentThread().isInterrupted());
            });
            thread.setDaemon(true);
        }

        void awaitEnd() throws InterruptedException {
            thread.join(30_000);
            assertThat(thread.isAlive()).as("the call goes on").isFalse();
        }
    }
}

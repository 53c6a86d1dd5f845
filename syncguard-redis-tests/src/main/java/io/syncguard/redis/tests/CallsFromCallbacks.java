package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.RedisTestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** What depends on a future and, against all advice, blocks the thread that completed it. */
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
public abstract class CallsFromCallbacks {
    /** More than any backend has threads of its own. */
    private static final int AT_ONCE = 100;

    /** Returns a backend opened by a {@code redis://} URI, which the test closes. */
    protected abstract LockBackend open(String uri);

    private final RedisTestServer server = RedisTestServer.start();

    @AfterEach
    protected void close() {
        server.close();
    }

    private List<String> outcomes(SyncGuard guard, Function<SyncGuard, String> blocking) throws Exception {
        List<CompletableFuture<String>> futures = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            futures.add(guard.async()
                    .isLocked("key-" + i)
                    .thenApply(locked -> blocking.apply(guard))
                    .exceptionally(CallsFromCallbacks::inWords));
        }
        List<String> outcomes = new ArrayList<>();
        for (CompletableFuture<String> future : futures) {
            outcomes.add(future.get(90, TimeUnit.SECONDS));
        }
        return outcomes;
    }

    @Test
    @DisplayName("OPT-5 a blocking call in a stage works or is refused at once with words that say so")
    protected void blockingCall() throws Exception {
        try (SyncGuard guard = SyncGuard.using(open(server.uri() + "?operationTimeoutMillis=60000"))) {
            long start = System.nanoTime();

            List<String> outcomes = outcomes(guard, CallsFromCallbacks::takeAndRelease);

            assertThat(outcomes).isSubsetOf("done", "refused");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(40));
        }
    }

    private static String takeAndRelease(SyncGuard guard) {
        try (HeldLock lock = guard.tryAcquire(
                        "from-" + Thread.currentThread().getId(),
                        LockOptions.defaults().withTtl(Duration.ofMinutes(1)))
                .orElseThrow()) {
            return lock.isHeld() ? "done" : "not held";
        } catch (LockException e) {
            return inWords(e);
        }
    }

    private static String inWords(Throwable thrown) {
        LockException e = LockException.within(thrown).orElseThrow();
        if (e.code() == LockErrorCode.NETWORK_TIMEOUT) {
            return "timed out";
        }
        return e.code() == LockErrorCode.ABORTED && e.getMessage().contains("another thread")
                ? "refused"
                : e.getMessage();
    }

    @Test
    @DisplayName(
            "OPT-3, OPT-5 a guard that is closed in a stage releases all its locks, on whichever thread the stage runs")
    protected void closing() throws Exception {
        LockOptions longLived = LockOptions.defaults().withTtl(Duration.ofHours(1));
        SyncGuard guard = SyncGuard.using(open(server.uri() + "?operationTimeoutMillis=100000"));
        List<HeldLock> held = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            held.add(guard.acquire("key-" + i, longLived));
        }

        guard.async().isLocked("key-0").thenRun(guard::close).get(60, TimeUnit.SECONDS);

        try (SyncGuard other = SyncGuard.using(open(server.uri() + "?operationTimeoutMillis=20000"))) {
            Await.until("all locks are released", () -> {
                for (int i = 0; i < AT_ONCE; i++) {
                    if (other.isLocked("key-" + i)) {
                        return false;
                    }
                }
                return true;
            });
        }
        assertThat(held).noneMatch(HeldLock::isHeld);
    }

    @Test
    @DisplayName("OPT-2 a stage that waits for a future only its own thread could complete is freed by the timeout")
    protected void joining() throws Exception {
        try (SyncGuard guard = SyncGuard.using(open(server.uri() + "?operationTimeoutMillis=500"))) {
            List<String> outcomes = outcomes(guard, CallsFromCallbacks::join);

            assertThat(outcomes).isSubsetOf("done", "timed out");
        }
    }

    private static String join(SyncGuard guard) {
        try {
            return guard.async().isLocked("job").join() ? "locked" : "done";
        } catch (RuntimeException e) {
            return inWords(e);
        }
    }
}

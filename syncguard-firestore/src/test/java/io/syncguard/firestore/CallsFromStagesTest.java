package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.spi.BackendUri;
import io.syncguard.testservers.FirestoreEmulator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** What depends on a future and, against all advice, blocks the thread it runs on. */
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class CallsFromStagesTest {
    /** More than the common pool or Firestore's client have threads. */
    private static final int AT_ONCE = 100;

    private final String uri = "firestore://" + Emulated.PROJECT + "?collection=locks-" + UUID.randomUUID();

    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private SyncGuard open(long timeoutMillis) {
        return SyncGuard.using(FirestoreLockBackendProvider.open(
                BackendUri.parse(uri + "&operationTimeoutMillis=" + timeoutMillis), FirestoreEmulator.address()));
    }

    private static List<String> outcomes(SyncGuard guard, Function<SyncGuard, String> blocking) throws Exception {
        List<CompletableFuture<String>> futures = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            futures.add(guard.async()
                    .isLocked("key-" + i)
                    .thenApply(locked -> blocking.apply(guard))
                    .exceptionally(CallsFromStagesTest::inWords));
        }
        List<String> outcomes = new ArrayList<>();
        for (CompletableFuture<String> future : futures) {
            outcomes.add(future.get(120, TimeUnit.SECONDS));
        }
        return outcomes;
    }

    private static String inWords(Throwable thrown) {
        LockException e = LockException.within(thrown).orElseThrow();
        return e.code() == LockErrorCode.NETWORK_TIMEOUT ? "timed out" : e.getMessage();
    }

    @Test
    @DisplayName("OPT-5 a blocking call in a stage works")
    void blockingCall() throws Exception {
        try (SyncGuard guard = open(20_000)) {
            assertThat(outcomes(guard, CallsFromStagesTest::takeAndRelease)).containsOnly("done");
        }
    }

    private static String takeAndRelease(SyncGuard guard) {
        try (HeldLock lock = guard.tryAcquire(
                        "from-" + Thread.currentThread().getId(),
                        LockOptions.defaults().withTtl(Duration.ofMinutes(1)))
                .orElseThrow()) {
            return lock.isHeld() ? "done" : "not held";
        }
    }

    @Test
    @DisplayName("OPT-2 a stage that waits for another future works, or is freed by the timeout")
    void joining() throws Exception {
        try (SyncGuard guard = open(5_000)) {
            assertThat(outcomes(guard, CallsFromStagesTest::join)).isSubsetOf("done", "timed out");
        }
    }

    private static String join(SyncGuard guard) {
        return guard.async().isLocked("job").join() ? "locked" : "done";
    }

    @Test
    @DisplayName("OPT-2 blocking calls need none of the common pool's threads")
    void commonPoolBusy() {
        CountDownLatch over = new CountDownLatch(1);
        for (int i = 0; i < AT_ONCE; i++) {
            ForkJoinPool.commonPool().execute(() -> awaitQuietly(over));
        }
        try (SyncGuard guard = open(20_000)) {
            assertThat(takeAndRelease(guard)).isEqualTo("done");
        } finally {
            over.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch over) {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.api.core.SettableApiFuture;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.CallDeadlines;
import io.syncguard.spi.LockBackend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** The threads of a backend whose Firestore takes connections and answers nothing. Needs no emulator. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class OwnThreadsTest {
    private static final LockKey KEY = LockKey.of("job");
    private static final int AT_ONCE = 20;

    private static LockBackend open(ServerSocket silent, long timeoutMillis) {
        return FirestoreLockBackendProvider.open(
                BackendUri.parse("firestore://silent?operationTimeoutMillis=" + timeoutMillis + "&connectTimeoutMillis="
                        + timeoutMillis),
                "127.0.0.1:" + silent.getLocalPort());
    }

    private static ServerSocket silent() throws IOException {
        return new ServerSocket(0, 100, InetAddress.getByName("127.0.0.1"));
    }

    private static Answers answers(Duration operationTimeout) {
        return new Answers(CallDeadlines.withinOperationTimeout(operationTimeout), () -> {});
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("syncguard-firestore"))
                .collect(Collectors.toSet());
    }

    private static LockException failureOf(CompletableFuture<?> call) {
        return LockException.within(call.handle((value, thrown) -> thrown).join())
                .orElseThrow();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    @DisplayName("OPT-2 stages of calls that timed out run on the backend's threads, and delay no other timeout")
    void stagesDelayNothing() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (ServerSocket silent = silent();
                LockBackend backend = open(silent, 1_000)) {
            BlockingQueue<String> names = new LinkedBlockingQueue<>();
            List<CompletableFuture<Boolean>> calls = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                CompletableFuture<Boolean> call = backend.async().isLocked(KEY);
                calls.add(call);
                call.whenComplete((locked, failure) -> {
                    names.add(Thread.currentThread().getName());
                    awaitQuietly(over);
                });
            }

            for (CompletableFuture<Boolean> call : calls) {
                assertThat(failureOf(call).code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
            }
            for (int i = 0; i < AT_ONCE; i++) {
                assertThat(names.poll(10, TimeUnit.SECONDS)).isEqualTo("syncguard-firestore");
            }
            LockException blocking = catchThrowableOfType(LockException.class, () -> backend.isLocked(KEY));
            assertThat(blocking.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
        } finally {
            over.countDown();
        }
    }

    @Test
    @DisplayName("OPT-3 closing ends calls in flight and leaves no thread")
    void closeLeavesNoThread() throws Exception {
        Fixture.until(() -> threads().isEmpty());
        try (ServerSocket silent = silent()) {
            LockBackend backend = open(silent, 30_000);
            CompletableFuture<Boolean> call = backend.async().isLocked(KEY);
            assertThat(threads()).isNotEmpty();

            backend.close();

            assertThat(failureOf(call).code()).isEqualTo(LockErrorCode.ABORTED);
            long start = System.nanoTime();
            Fixture.until(() -> threads().isEmpty());
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    @DisplayName("OPT-2 a step after a pause runs on the backend's threads, and no more once they are closed")
    void steps() throws Exception {
        BlockingQueue<String> names = new LinkedBlockingQueue<>();
        try (FirestoreThreads threads = new FirestoreThreads()) {
            FirestoreCall<Boolean> call = new FirestoreCall<>(
                    LockOperation.IS_LOCKED, KEY::fingerprint, answers(Duration.ofSeconds(60)), threads, Runnable::run);

            new Retries(call)
                    .later(
                            new IllegalStateException("passing"),
                            () -> names.add(Thread.currentThread().getName()));

            assertThat(names.poll(10, TimeUnit.SECONDS)).isEqualTo("syncguard-firestore-steps");
            threads.close();
            new Retries(call).later(new IllegalStateException("passing"), () -> names.add("after the close"));
            assertThat(names.poll(100, TimeUnit.MILLISECONDS)).isNull();
        }
    }

    @Test
    @DisplayName("OPT-1, OPT-2 a user that holds the monitor of a future does not hold up its call")
    void monitor() throws Exception {
        try (FirestoreThreads threads = new FirestoreThreads()) {
            FirestoreCall<Boolean> call = new FirestoreCall<>(
                    LockOperation.IS_LOCKED,
                    KEY::fingerprint,
                    answers(Duration.ofMillis(200)),
                    threads,
                    threads::dependents);
            SettableApiFuture<Boolean> request = SettableApiFuture.create();
            CountDownLatch begun = new CountDownLatch(1);
            call.begin(() -> {
                call.request(() -> request);
                begun.countDown();
            });
            begun.await();

            synchronized (call) {
                CompletableFuture<LockException> ended = call.handleAsync(
                        (value, thrown) -> LockException.within(thrown).orElseThrow());
                assertThat(ended.get(10, TimeUnit.SECONDS).code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
            }
            Fixture.until(request::isCancelled);
        }
    }
}

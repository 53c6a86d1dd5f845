package io.syncguard.internal.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.Ttl;
import io.syncguard.internal.call.BackendCaller;
import io.syncguard.internal.observe.Observers;
import io.syncguard.internal.threads.GuardThreads;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.GuardClock;
import io.syncguard.spi.LockBackend;
import io.syncguard.testsupport.Pause;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When the release of an orphan is given up. */
@Timeout(60)
class OrphanReleaserTest {
    private static final Logger LOGGER = Logger.getLogger(OrphanReleaser.class.getName());

    private final AtomicInteger attempts = new AtomicInteger();
    private final List<String> logged = new CopyOnWriteArrayList<>();
    private final CountDownLatch warned = new CountDownLatch(1);
    private final GuardThreads threads = new GuardThreads(null, GuardClock.machine());
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            logged.add(record.getMessage());
            warned.countDown();
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        LOGGER.setUseParentHandlers(false);
        LOGGER.addHandler(handler);
    }

    private static boolean atOnce(Runnable call) {
        call.run();
        return true;
    }

    @AfterEach
    void close() {
        LOGGER.removeHandler(handler);
        LOGGER.setUseParentHandlers(true);
        threads.close();
    }

    private BackendCaller neverAnswering() {
        AsyncLockBackend async = (AsyncLockBackend) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {AsyncLockBackend.class}, (self, method, given) -> {
                    attempts.incrementAndGet();
                    return CompletableFuture.failedFuture(LockException.outcomeUnknown(
                            LockErrorCode.NETWORK_TIMEOUT, LockOperation.RELEASE, null, "scripted", null));
                });
        LockBackend backend = (LockBackend) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {LockBackend.class}, (self, method, given) -> async);
        return new BackendCaller(
                backend,
                new Observers("scripted", null, List.of(), false, GuardClock.machine(), OrphanReleaserTest::atOnce));
    }

    @Test
    @DisplayName("ACQ-4 an orphan is given up, with a warning, once its request can no longer land")
    void givenUp() throws InterruptedException {
        Duration latestLanding = Duration.ofMillis(300);
        long start = System.nanoTime();
        try (OrphanReleaser orphans = new OrphanReleaser(neverAnswering(), threads, latestLanding)) {
            orphans.release(
                    LockKey.of("k"), LockId.random(), null, new Ttl(1), new LocalClocks(GuardClock.machine()).now());

            assertThat(warned.await(30, TimeUnit.SECONDS)).isTrue();

            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isGreaterThanOrEqualTo(latestLanding.plusSeconds(1));
            int made = attempts.get();
            assertThat(made).isBetween(2, 20);
            Pause.of(Duration.ofSeconds(3));
            assertThat(attempts).hasValue(made);
        }
    }

    @Test
    @DisplayName("ACQ-4 that there is no room for further orphans is logged once")
    void noRoom() {
        OrphanReleaser orphans = new OrphanReleaser(neverAnswering(), threads, Duration.ofMinutes(1));
        for (int i = 0; i < 10_003; i++) {
            orphans.release(
                    LockKey.of("k"),
                    LockId.random(),
                    null,
                    new Ttl(30_000),
                    new LocalClocks(GuardClock.machine()).now());
        }

        assertThat(logged).as("warnings").hasSize(1).allSatisfy(message -> assertThat(message)
                .contains(LockKey.of("k").fingerprint(), "no room", "31000 ms"));
        orphans.close();
    }
}

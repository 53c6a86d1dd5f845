package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.cloud.firestore.Firestore;
import io.grpc.Status;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockKey;
import io.syncguard.spi.LockBackend;
import io.syncguard.testsupport.StallMeter;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Requests whose start takes long, as the first one of a JVM does, which loads classes: they keep nobody else waiting. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class FirstCallTest {
    private static final LockKey KEY = LockKey.of("job");
    private static final Duration SHORT = Duration.ofMillis(300);

    /** Before what is stuck goes on, which it does at the end of the test. */
    private static final Duration IN_TIME = Duration.ofSeconds(2);

    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final Wire wire = new Wire();
    private final Firestore client = Emulated.through(wire);

    @AfterEach
    void close() {
        wire.startStuckRequest();
        Emulated.close(client);
    }

    private LockBackend open(Duration timeout) {
        return FirestoreLockBackend.create(
                client,
                FirestoreLockOptions.defaults()
                        .withCollection("locks-" + UUID.randomUUID())
                        .withOperationTimeout(timeout)
                        .withConnectTimeout(timeout));
    }

    private static LockErrorCode codeOf(CompletableFuture<?> call) throws Exception {
        Throwable failure = call.handle((value, thrown) -> thrown).get(60, TimeUnit.SECONDS);
        return LockException.within(failure).orElseThrow().code();
    }

    @Test
    @DisplayName("FST-8 the first call of a backend makes no request on the caller's thread, blocking or not")
    void ownThread() {
        try (LockBackend blocking = open(Duration.ofSeconds(60));
                LockBackend async = open(Duration.ofSeconds(60))) {
            assertThat(blocking.isLocked(KEY)).isFalse();
            assertThat(async.async().isLocked(KEY).join()).isFalse();

            assertThat(wire.starters()).isNotEmpty().doesNotContain(Thread.currentThread());
        }
    }

    @Test
    @DisplayName("FST-8, OPT-2 the first call ends in time although its request does not even start")
    void stuckFirstCall() {
        try (LockBackend backend = open(SHORT)) {
            wire.blockNextStart();
            try (StallMeter stalls = StallMeter.start()) {
                LockException e = catchThrowableOfType(LockException.class, () -> backend.isLocked(KEY));

                assertThat(stalls.elapsed()).isLessThan(IN_TIME);
                assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
            }
        }
    }

    @Test
    @DisplayName(
            "FST-8, OPT-2 a first call whose request does not start delays neither another call's start nor its timeout")
    void stuckBesideOther() throws Exception {
        try (LockBackend backend = open(SHORT)) {
            wire.blockNextStart();
            CompletableFuture<Boolean> stuck = backend.async().isLocked(KEY);
            Fixture.until(wire::isStartStuck);
            wire.silenceReadsAfter(0);
            int looks = wire.looks();
            try (StallMeter stalls = StallMeter.start()) {
                CompletableFuture<Boolean> silent = backend.async().isLocked(KEY);

                assertThat(codeOf(silent)).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
                assertThat(stalls.elapsed()).isLessThan(IN_TIME);
            }
            assertThat(wire.looks()).as("requests that have started").isGreaterThan(looks);
            assertThat(codeOf(stuck)).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
        }
    }

    @Test
    @DisplayName("OPT-2 a repeated request that does not start delays no timeout, not even that of its own call")
    void stuckRetry() throws Exception {
        try (LockBackend backend = open(SHORT)) {
            Fixture.until(() -> isAnswered(backend));
            wire.loseRead(Status.UNAVAILABLE);
            wire.blockNextStart();
            try (StallMeter stalls = StallMeter.start()) {
                CompletableFuture<Boolean> stuck = backend.async().isLocked(KEY);
                Fixture.until(wire::isStartStuck);
                wire.silenceReadsAfter(0);
                CompletableFuture<Boolean> silent = backend.async().isLocked(KEY);

                assertThat(codeOf(stuck)).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
                assertThat(codeOf(silent)).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
                assertThat(stalls.elapsed()).isLessThan(IN_TIME);
            }
        }
    }

    private static boolean isAnswered(LockBackend backend) {
        try {
            return !backend.isLocked(KEY);
        } catch (LockException e) {
            return false;
        }
    }
}

package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ReleaseResult;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What only a lock without blocking methods has to see to: the order of what is asked of it at once. */
@Timeout(180)
@ExtendWith(SilentLog.class)
class AsyncHeldLockTest {
    private static final Duration TTL = Duration.ofSeconds(30);

    private final ScriptedBackend backend = new ScriptedBackend();
    private final SyncGuard guard = SyncGuard.using(backend);
    private final AsyncHeldLock lock = guard.async()
            .tryAcquire("k", LockOptions.defaults().withTtl(TTL))
            .join()
            .orElseThrow();

    @AfterEach
    void close() {
        guard.close();
    }

    @Test
    @DisplayName("EXT-1 a release waits for the extension before it, and no extension follows it")
    void inOrder() {
        PendingCall<ExtendResult> extension = PendingCall.sent(LockOperation.EXTEND);
        backend.async().extensions.add(extension);

        CompletableFuture<Boolean> first = lock.extend(TTL);
        CompletableFuture<Boolean> release = lock.release();
        CompletableFuture<Boolean> second = lock.extend(TTL);

        assertThat(release).isNotDone();
        assertThat(backend.count("release")).isZero();
        extension.complete(new ExtendResult.Extended(Instant.EPOCH));
        assertThat(first).isCompletedWithValue(true);
        assertThat(release).isCompletedWithValue(true);
        assertThat(second).isCompletedWithValue(false);
        assertThat(backend.count("extend")).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "OPT-1 a cancelled extension holds nothing up, is not sent if it had to wait, and may have shortened the lock")
    void cancelledExtension() {
        PendingCall<ExtendResult> under = PendingCall.sent(LockOperation.EXTEND);
        backend.async().extensions.add(under);
        CompletableFuture<Boolean> first = lock.extend(Duration.ofSeconds(2));
        CompletableFuture<Boolean> waiting = lock.extend(TTL);
        CompletableFuture<Boolean> release = lock.release();

        waiting.cancel(true);
        first.cancel(true);

        assertThat(under).isCancelled();
        assertThat(release).isCompletedWithValue(true);
        assertThat(backend.count("extend")).as("extensions sent").isEqualTo(1);
    }

    @Test
    @DisplayName("TIME-5 a cancelled extension that may have landed can only bring the end nearer")
    void cancelledExtensionShortens() {
        backend.async().extensions.add(PendingCall.sent(LockOperation.EXTEND));
        backend.async().extensions.add(PendingCall.unsent(LockOperation.EXTEND));
        CompletableFuture<Boolean> landed = lock.extend(Duration.ofSeconds(20));
        landed.cancel(true);

        CompletableFuture<Boolean> unsent = lock.extend(Duration.ofSeconds(1));
        unsent.cancel(true);

        assertThat(lock.remaining()).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(20));
    }

    @Test
    @DisplayName("REL-2 a release that was cancelled may be repeated")
    void cancelledRelease() {
        backend.async().releases.add(PendingCall.sent(LockOperation.RELEASE));
        CompletableFuture<Boolean> release = lock.release();

        release.cancel(true);

        assertThat(lock.isHeld()).as("whether it is held is not known").isFalse();
        assertThat(lock.release()).isCompletedWithValue(true);
    }

    @Test
    @DisplayName("REL-1 closing while a release is under way asks the server once")
    void closeDuringRelease() {
        PendingCall<ReleaseResult> under = PendingCall.sent(LockOperation.RELEASE);
        backend.async().releases.add(under);
        CompletableFuture<Boolean> release = lock.release();
        CompletableFuture<Void> closing = lock.close();

        under.complete(ReleaseResult.RELEASED);

        assertThat(release).isCompletedWithValue(true);
        assertThat(closing).isCompletedWithValue(null);
        assertThat(backend.count("release")).isEqualTo(1);
    }
}

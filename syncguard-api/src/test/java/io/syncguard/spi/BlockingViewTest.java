package io.syncguard.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A backend whose author has written the asynchronous class alone. */
@Timeout(180)
class BlockingViewTest {
    private static final LockKey KEY = LockKey.of("k");
    private static final LockId ID = LockId.random();
    private static final Ttl TTL = new Ttl(1_000);

    private final OneClass author = new OneClass();
    private final LockBackend backend = LockBackend.blocking(author);

    @AfterEach
    void clearFlag() {
        Thread.interrupted();
    }

    @Test
    @DisplayName("OPT-4 each blocking method answers what the asynchronous one does")
    void answers() {
        assertThat(backend.acquire(KEY, ID, TTL)).isEqualTo(AcquireResult.Contended.unknown());
        assertThat(backend.release(ID)).isEqualTo(ReleaseResult.RELEASED);
        assertThat(backend.extend(ID, TTL)).isEqualTo(new ExtendResult.Extended(Instant.EPOCH));
        backend.abandon(KEY, ID, TTL);
        assertThat(backend.isLocked(KEY)).isTrue();
        assertThat(backend.lookup(KEY)).isEmpty();
        assertThat(backend.lookup(ID)).isEmpty();
        assertThat(author.asked)
                .containsExactly("acquire", "release", "extend", "abandon", "isLocked", "lookup", "lookup by id");
    }

    @Test
    @DisplayName("what is no operation is the author's too")
    void restOfBackend() {
        assertThat(backend.async()).isSameAs(author);
        assertThat(backend.capabilities()).isEqualTo(author.capabilities());
        assertThat(backend.newLockId(KEY)).isEqualTo(ID);
        assertThat(backend.wakeUps()).isEmpty();
        backend.close();
        assertThat(author.asked).containsExactly("close");
    }

    @Test
    @DisplayName("OPT-1 on an interrupted thread nothing is sent, and the failure names the key")
    void interrupted() {
        Thread.currentThread().interrupt();

        LockException e = catchThrowableOfType(LockException.class, () -> backend.acquire(KEY, ID, TTL));

        assertThat(author.asked).isEmpty();
        assertThat(e.code()).isEqualTo(LockErrorCode.ABORTED);
        assertThat(e.isOutcomeUnknown()).isFalse();
        assertThat(e.lockFingerprint()).contains(KEY.fingerprint());
    }

    @Test
    @DisplayName("OPT-5 on a thread that has to read the answer nothing is sent")
    void readingThread() {
        author.mayBlock = false;

        LockException e = catchThrowableOfType(LockException.class, () -> backend.release(ID));

        assertThat(author.asked).isEmpty();
        assertThat(e.code()).isEqualTo(LockErrorCode.ABORTED);
        assertThat(e.lockFingerprint()).contains(ID.fingerprint());
    }

    @Test
    @DisplayName("the operations that threads wait for may be others than those of async()")
    void awaitedOnes() {
        OneClass twin = new OneClass();
        author.awaited = twin;

        assertThat(backend.isLocked(KEY)).isTrue();

        assertThat(author.asked).isEmpty();
        assertThat(twin.asked).containsExactly("isLocked");
    }

    @Test
    @DisplayName("OPT-2 capabilities tell an operation timeout within the limits, by default the default one")
    void capabilities() {
        assertThat(new BackendCapabilities("x", true).operationTimeout())
                .isEqualTo(BackendTimeout.OPERATION.byDefault());
        assertThat(new BackendCapabilities("x", true, Duration.ofMillis(1)).operationTimeout())
                .isEqualTo(Duration.ofMillis(1));
        for (Duration invalid : new Duration[] {null, Duration.ZERO, Duration.ofSeconds(-1), Duration.ofHours(2)}) {
            assertThatThrownBy(() -> new BackendCapabilities("x", true, invalid))
                    .isInstanceOf(LockException.class)
                    .hasMessageContaining("operation timeout");
        }
        for (String invalid : new String[] {null, "", " "}) {
            assertThatThrownBy(() -> new BackendCapabilities(invalid, true))
                    .isInstanceOf(LockException.class)
                    .hasMessageContaining("name");
        }
    }

    /** All that the author of an asynchronous backend writes. */
    private static final class OneClass implements NativeAsyncBackend {
        private final List<String> asked = new ArrayList<>();
        private boolean mayBlock = true;
        private AsyncLockBackend awaited = this;

        private <T> CompletableFuture<T> answer(String operation, T answer) {
            asked.add(operation);
            return CompletableFuture.completedFuture(answer);
        }

        @Override
        public BackendCapabilities capabilities() {
            return new BackendCapabilities("one class", false, Duration.ofSeconds(7));
        }

        @Override
        public LockId newLockId(LockKey key) {
            return ID;
        }

        @Override
        public boolean mayBlock() {
            return mayBlock;
        }

        @Override
        public AsyncLockBackend awaited() {
            return awaited;
        }

        @Override
        public CompletableFuture<AcquireResult> acquire(LockKey key, LockId id, Ttl ttl) {
            return answer("acquire", AcquireResult.Contended.unknown());
        }

        @Override
        public CompletableFuture<ReleaseResult> release(LockId id) {
            return answer("release", ReleaseResult.RELEASED);
        }

        @Override
        public CompletableFuture<ExtendResult> extend(LockId id, Ttl ttl) {
            return answer("extend", new ExtendResult.Extended(Instant.EPOCH));
        }

        @Override
        public CompletableFuture<Void> abandon(LockKey key, LockId id, Ttl ttl) {
            return answer("abandon", null);
        }

        @Override
        public CompletableFuture<Boolean> isLocked(LockKey key) {
            return answer("isLocked", true);
        }

        @Override
        public CompletableFuture<Optional<LockRecord>> lookup(LockKey key) {
            return answer("lookup", Optional.empty());
        }

        @Override
        public CompletableFuture<Optional<LockRecord>> lookup(LockId id) {
            return answer("lookup by id", Optional.empty());
        }

        @Override
        public void close() {
            asked.add("close");
        }
    }
}

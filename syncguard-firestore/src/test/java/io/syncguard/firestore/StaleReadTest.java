package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.DocumentSnapshot;
import io.syncguard.HeldLock;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOptions;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.StorageKeys;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reads that Firestore stamps with an older time than the one at which they were made: no lease gets shorter by that (FST-11). */
@Timeout(120)
class StaleReadTest {
    private static final Duration STALE = Duration.ofSeconds(3);

    /** What the tolerance covers. */
    private static final long COVERED_MILLIS = 800;

    private static final LockKey KEY = LockKey.of("job");

    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final FirestoreLockOptions options = FirestoreLockOptions.defaults()
            .withCollection("locks-" + UUID.randomUUID())
            .withOperationTimeout(Duration.ofSeconds(20));
    private final DocumentReference document = Emulated.shared()
            .collection(options.collection())
            .document(new DocumentIds(StorageKeys.under(StorageKeys.DEFAULT_PREFIX), false).lock(KEY));
    private Contender stale;
    private Contender other;

    @BeforeEach
    void open() {
        stale = new Contender(options);
        other = new Contender(options);
        stale.wire.shiftReadTimes(STALE.negated());
    }

    @AfterEach
    void close() {
        stale.close();
        other.close();
    }

    @Test
    @DisplayName(
            "FST-11, TIME-3 there is no second holder while the first, whose read was stamped early, thinks that it holds the lock")
    void noSecondHolder() {
        LockOptions lease = LockOptions.defaults().withTtl(Duration.ofSeconds(5));
        HeldLock first = stale.guard.tryAcquire("job", lease).orElseThrow();

        Optional<HeldLock> second = Optional.empty();
        while (second.isEmpty()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            second = other.guard.tryAcquire("job", lease);
        }

        assertThat(first.isHeld()).isFalse();
        assertThat(second.get().isHeld()).isTrue();
    }

    @Test
    @DisplayName("FST-11 the lease of an acquire whose read was stamped early is written in full")
    void acquire() {
        Acquired acquired = (Acquired) stale.backend.acquire(KEY, LockId.random(), Fixture.TTL);

        DocumentSnapshot stored = Fixture.done(document.get());
        assertFull(stored, ServerTimes.millis(stored.getCreateTime()), Fixture.TTL);
        assertThat(acquired.expiresAt().toEpochMilli()).isEqualTo(stored.getLong(LockDocument.EXPIRES_AT));
    }

    /** Whether the lease lasts for its ttl from the commit that began it. */
    private static void assertFull(DocumentSnapshot stored, long committedMillis, Ttl ttl) {
        assertThat(Objects.requireNonNull(stored.getLong(LockDocument.EXPIRES_AT)))
                .isGreaterThanOrEqualTo(committedMillis + ttl.millis() - COVERED_MILLIS);
    }

    @Test
    @DisplayName("FST-11 the lease of an extension whose read was stamped early is written in full")
    void extend() {
        LockId id = LockId.random();
        assertThat(other.backend.acquire(KEY, id, Fixture.TTL)).isInstanceOf(Acquired.class);
        Ttl longer = new Ttl(2 * Fixture.TTL.millis());
        long acquired = ServerTimes.millis(Fixture.done(document.get()).getReadTime());

        Extended extended = (Extended) stale.backend.extend(id, longer);

        DocumentSnapshot stored = Fixture.done(document.get());
        assertFull(stored, acquired, longer);
        assertThat(extended.expiresAt().toEpochMilli()).isEqualTo(stored.getLong(LockDocument.EXPIRES_AT));
    }
}

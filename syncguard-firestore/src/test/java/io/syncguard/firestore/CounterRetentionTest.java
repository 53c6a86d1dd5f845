package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.firestore.DocumentSnapshot;
import io.syncguard.FenceToken;
import io.syncguard.LockId;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.testservers.FirestoreEmulator;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The field by which a TTL policy finds counters that no acquire has used for the retention. */
@Timeout(180)
class CounterRetentionTest {
    private static final Duration RETENTION = Duration.ofDays(30);

    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final Fixture fixture = new Fixture();
    private final LockBackend retaining =
            FirestoreLockBackend.create(fixture.raw, fixture.options.withFenceRetention(RETENTION));

    @AfterEach
    void close() {
        retaining.close();
        fixture.close();
    }

    private FenceToken acquire(LockBackend backend) {
        return ((Acquired) backend.acquire(fixture.key, fixture.id, Fixture.TTL)).fence();
    }

    private void release() {
        assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);
    }

    private DocumentSnapshot counter() {
        return Fixture.done(fixture.fenceDocument().get());
    }

    private long sweepAt() {
        return LockDocument.millis(counter().getTimestamp("sweepAt"));
    }

    /** When the lock that is held was acquired, by the read time of its acquire. */
    private long acquiredAt() {
        DocumentSnapshot lock = Fixture.done(fixture.lockDocument().get());
        return Objects.requireNonNull(lock.getLong("acquiredAtMs"));
    }

    @Test
    @DisplayName("FST-10, FEN-4 each acquire lets its counter be swept the retention after its read time")
    void moves() {
        acquire(retaining);
        assertThat(sweepAt()).as("of a new counter").isEqualTo(acquiredAt() + RETENTION.toMillis());
        long first = sweepAt();
        release();

        Fixture.until(() -> {
            acquire(retaining);
            boolean later = acquiredAt() > first - RETENTION.toMillis();
            assertThat(sweepAt()).isEqualTo(acquiredAt() + RETENTION.toMillis());
            release();
            return later;
        });

        assertThat(sweepAt()).as("of a counter that was there").isGreaterThan(first);
    }

    @Test
    @DisplayName(
            "FST-10 an acquire without the option removes the field and counts on; one with it puts it there again")
    void removed() {
        FenceToken first = acquire(retaining);
        release();

        FenceToken second = acquire(fixture.backend);

        assertThat(counter().getData()).containsOnlyKeys("fence", "key").containsEntry("fence", second.toString());
        assertThat(second).isGreaterThan(first);
        release();
        FenceToken third = acquire(retaining);
        assertThat(counter().getData()).containsOnlyKeys("fence", "key", "sweepAt");
        assertThat(third).isGreaterThan(second);
    }

    @Test
    @DisplayName("FEN-4, CHK-1 nothing but an acquire that takes the lock moves the field")
    void othersDoNotMove() {
        acquire(retaining);
        DocumentSnapshot counter = counter();
        Ttl other = new Ttl(120_000);

        assertThat(retaining.acquire(fixture.key, fixture.id, Fixture.TTL))
                .as("ACQ-3 the same once more")
                .isInstanceOf(Acquired.class);
        assertThat(retaining.acquire(fixture.key, LockId.random(), Fixture.TTL)).isInstanceOf(Contended.class);
        assertThat(retaining.extend(fixture.id, other)).isInstanceOf(Extended.class);
        assertThat(retaining.isLocked(fixture.key)).isTrue();
        retaining.abandon(fixture.key, LockId.random(), Fixture.TTL);
        assertThat(retaining.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);
        retaining.abandon(fixture.key, fixture.id, Fixture.TTL);

        assertThat(counter().getUpdateTime()).isEqualTo(counter.getUpdateTime());
    }

    @Test
    @DisplayName("FEN-1, FEN-4 tokens rise on after the counter was swept, also while its lock is held")
    void swept() {
        FenceToken first = acquire(retaining);
        Fixture.done(fixture.fenceDocument().delete());
        assertThat(retaining.extend(fixture.id, Fixture.TTL)).isInstanceOf(Extended.class);
        assertThat(retaining.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);
        assertThat(counter().exists())
                .as("FEN-4 nothing brings it back but an acquire")
                .isFalse();

        FenceToken second = acquire(retaining);

        assertThat(second).isGreaterThan(first);
        assertThat(counter().getData()).containsOnlyKeys("fence", "key", "sweepAt");
    }

    @Test
    @DisplayName("FST-9 a counter that is swept between an acquire's read and its commit is read again")
    void sweptMeanwhile() {
        FenceToken first = acquire(fixture.backend);
        release();
        fixture.wire.holdCommit();
        var taker = fixture.backend.async().acquire(fixture.key, fixture.id, Fixture.TTL);
        Fixture.until(fixture.wire::isHolding);
        Fixture.done(fixture.fenceDocument().delete());

        fixture.wire.deliver();

        assertThat(taker.join()).isInstanceOfSatisfying(Acquired.class, second -> assertThat(second.fence())
                .isGreaterThan(first)
                .hasToString(counter().getString("fence")));
    }

    @Test
    @DisplayName("FST-10 a backend that is opened by a URI keeps the retention that the URI gives")
    void byUri() {
        String uri = "firestore://" + Emulated.PROJECT + "?operationTimeoutMillis=20000&collection="
                + fixture.options.collection() + "&fenceCollection=" + fixture.options.fenceCollection()
                + "&fenceRetention=36h";
        try (LockBackend backend =
                FirestoreLockBackendProvider.open(BackendUri.parse(uri), FirestoreEmulator.address())) {
            acquire(backend);

            assertThat(Duration.ofMillis(sweepAt() - acquiredAt())).isEqualTo(Duration.ofHours(36));
        }
    }
}

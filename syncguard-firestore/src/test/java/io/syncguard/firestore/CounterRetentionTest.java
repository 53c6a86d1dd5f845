package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.firestore.DocumentSnapshot;
import io.syncguard.FenceToken;
import io.syncguard.LockId;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult.Acquired;
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

/** The field by which a TTL policy finds documents of keys that nobody has used for the retention. */
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

    private DocumentSnapshot document() {
        return Fixture.done(fixture.lockDocument().get());
    }

    private long sweepAt() {
        return ServerTimes.millis(document().getTimestamp("sweepAt"));
    }

    private long number(String field) {
        return Objects.requireNonNull(document().getLong(field));
    }

    private void assertSweptTheRetentionAfter(String field) {
        assertThat(sweepAt()).isEqualTo(number(field) + RETENTION.toMillis());
    }

    @Test
    @DisplayName("FST-10, FEN-4 each write lets the document be swept the retention after the lock's end")
    void moves() {
        acquire(retaining);
        assertSweptTheRetentionAfter("expiresAtMs");
        assertThat(retaining.extend(fixture.id, new Ttl(600_000))).isInstanceOf(Extended.class);
        assertSweptTheRetentionAfter("expiresAtMs");
        assertThat(retaining.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);
        assertSweptTheRetentionAfter("releasedAtMs");
        acquire(retaining);
        assertSweptTheRetentionAfter("expiresAtMs");
        retaining.abandon(fixture.key, fixture.id, Fixture.TTL);
        assertSweptTheRetentionAfter("releasedAtMs");
    }

    @Test
    @DisplayName("FST-10, ACQ-4 what an abandoned acquire leaves of an unused key can be swept too")
    void abandoned() {
        retaining.abandon(fixture.key, fixture.id, Fixture.TTL);

        assertSweptTheRetentionAfter("releasedAtMs");
    }

    @Test
    @DisplayName("FST-10 a write without the option removes the field and counts on; one with it puts it there again")
    void removed() {
        FenceToken first = acquire(retaining);
        assertThat(retaining.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);

        FenceToken second = acquire(fixture.backend);

        assertThat(document().contains("sweepAt")).isFalse();
        assertThat(second).isGreaterThan(first);
        release();
        FenceToken third = acquire(retaining);
        assertThat(document().contains("sweepAt")).isTrue();
        assertThat(third).isGreaterThan(second);
    }

    @Test
    @DisplayName("FEN-1, FEN-4 tokens rise on after the document was swept")
    void swept() {
        FenceToken first = acquire(retaining);
        assertThat(retaining.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);
        Fixture.done(fixture.lockDocument().delete());

        FenceToken second = acquire(retaining);

        assertThat(second).isGreaterThan(first);
    }

    @Test
    @DisplayName("FST-4 a document that is swept between an acquire's read and its commit is read again")
    void sweptMeanwhile() {
        FenceToken first = acquire(fixture.backend);
        release();
        fixture.wire.holdCommit();
        var taker = fixture.backend.async().acquire(fixture.key, LockId.random(), Fixture.TTL);
        Fixture.until(fixture.wire::isHolding);
        Fixture.done(fixture.lockDocument().delete());

        fixture.wire.deliver();

        assertThat(taker.join()).isInstanceOfSatisfying(Acquired.class, second -> assertThat(second.fence())
                .isGreaterThan(first)
                .hasToString(document().getString("fence")));
    }

    @Test
    @DisplayName("FST-10 a backend that is opened by a URI keeps the retention that the URI gives")
    void byUri() {
        String uri = "firestore://" + Emulated.PROJECT + "?operationTimeoutMillis=20000&collection="
                + fixture.options.collection() + "&fenceRetention=36h";
        try (LockBackend backend =
                FirestoreLockBackendProvider.open(BackendUri.parse(uri), FirestoreEmulator.address())) {
            acquire(backend);

            assertThat(Duration.ofMillis(sweepAt() - number("expiresAtMs"))).isEqualTo(Duration.ofHours(36));
        }
    }
}

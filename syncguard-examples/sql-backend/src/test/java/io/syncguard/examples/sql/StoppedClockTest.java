package io.syncguard.examples.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.FenceToken;
import io.syncguard.LockAbortedException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ExtendResult.Absent;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What happens at which millisecond, on a server whose clock the test sets. */
class StoppedClockTest {
    private static final long START = Instant.parse("2026-11-27T12:00:00.123Z").toEpochMilli();
    private static final Ttl TTL = new Ttl(30_000);
    private static final long LAST_LIVE = START + 30_999;
    private static final long FREE = START + 31_000;

    private final TestDatabase database = TestDatabase.inMemory();
    private final LockBackend backend =
            SqlLockBackend.over(new InterposedConnections(database).changing(this::stopped), TestDatabase.PATIENT);
    private final LockKey key = LockKey.of("account:42");
    private final LockId id = LockId.random();
    private volatile long serversMillis = START;
    private Acquired acquired;

    private String stopped(String sql) {
        return sql.replace(
                "clock_timestamp()",
                "dateadd(millisecond, " + serversMillis + ", timestamp with time zone '1970-01-01 00:00:00+00')");
    }

    @BeforeEach
    void acquire() {
        acquired = (Acquired) backend.acquire(key, id, TTL);
        assertThat(acquired).isEqualTo(new Acquired(new FenceToken(START * 100), at(START + TTL.millis())));
    }

    @AfterEach
    void close() {
        backend.close();
        database.close();
    }

    private static Instant at(long millis) {
        return Instant.ofEpochMilli(millis);
    }

    @Test
    @DisplayName("TIME-2 looks find a lock in the last millisecond of the tolerance, and not in the next")
    void looks() {
        serversMillis = LAST_LIVE;
        assertThat(backend.isLocked(key)).isTrue();
        assertThat(backend.lookup(key)).map(LockRecord::remaining).contains(Duration.ZERO);
        assertThat(backend.lookup(id)).map(LockRecord::acquiredAt).contains(at(START));

        serversMillis = FREE;
        assertThat(backend.isLocked(key)).isFalse();
        assertThat(backend.lookup(key)).isEmpty();
        assertThat(backend.lookup(id)).isEmpty();
    }

    @Test
    @DisplayName("TIME-2, ACQ-2 another id is told when the lock is free, and has it then")
    void acquireByAnother() {
        serversMillis = LAST_LIVE;
        assertThat(backend.acquire(key, LockId.random(), TTL))
                .isEqualTo(Contended.until(at(FREE), Duration.ofMillis(1)));
        serversMillis = START + 1_000;
        assertThat(backend.acquire(key, LockId.random(), TTL))
                .isEqualTo(Contended.until(at(FREE), Duration.ofMillis(30_000)));

        serversMillis = FREE;
        assertThat(backend.acquire(key, LockId.random(), TTL)).isInstanceOf(Acquired.class);
        assertThat(backend.release(id)).isEqualTo(ReleaseResult.ABSENT);
    }

    @Test
    @DisplayName("ACQ-3, TIME-2 the same id is answered the same while its lock lives, and acquires anew after it")
    void acquireAgain() {
        serversMillis = LAST_LIVE;
        assertThat(backend.acquire(key, id, TTL)).isEqualTo(acquired);

        serversMillis = FREE;
        assertThat(backend.acquire(key, id, TTL))
                .isEqualTo(new Acquired(new FenceToken(FREE * 100), at(FREE + TTL.millis())));
    }

    @Test
    @DisplayName("EXT-1, TIME-2 an extension saves a lock in the last millisecond, and none in the next")
    void extend() {
        serversMillis = LAST_LIVE;
        assertThat(backend.extend(id, TTL)).isEqualTo(new Extended(at(LAST_LIVE + TTL.millis())));

        serversMillis = LAST_LIVE + 31_000;
        assertThat(backend.extend(id, TTL)).isEqualTo(new Absent());
        assertThat(backend.isLocked(key)).isFalse();
    }

    @Test
    @DisplayName("REL-1, TIME-2 a release finds a lock in the last millisecond")
    void release() {
        serversMillis = LAST_LIVE;
        assertThat(backend.release(id)).isEqualTo(ReleaseResult.RELEASED);
        assertThat(backend.isLocked(key)).isFalse();
    }

    @Test
    @DisplayName("REL-1, TIME-2 a release finds no lock in the millisecond after that")
    void lateRelease() {
        serversMillis = FREE;
        assertThat(backend.release(id)).isEqualTo(ReleaseResult.ABSENT);
    }

    @Test
    @DisplayName("FEN-1 tokens rise while the clock stands still, and while it goes back")
    void tokens() {
        for (int i = 1; i <= 3; i++) {
            serversMillis = START - i;
            assertThat(backend.release(id)).isEqualTo(ReleaseResult.RELEASED);
            assertThat(((Acquired) backend.acquire(key, id, TTL)).fence())
                    .isEqualTo(new FenceToken(acquired.fence().value() + i));
        }
    }

    @Test
    @DisplayName("ACQ-4 an abandoned id is still refused after 23 hours, whatever was abandoned in the meantime")
    void abandoned() {
        backend.abandon(key, id, TTL);

        serversMillis = START + Duration.ofHours(23).toMillis();
        backend.abandon(key, LockId.random(), TTL);

        assertThatThrownBy(() -> backend.acquire(key, id, TTL)).isInstanceOf(LockAbortedException.class);
        assertThat(backend.isLocked(key)).isFalse();
    }
}

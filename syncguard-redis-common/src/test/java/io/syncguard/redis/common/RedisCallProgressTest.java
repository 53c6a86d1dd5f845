package io.syncguard.redis.common;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.Ttl;
import io.syncguard.redis.common.RedisCallProgress.Step;
import io.syncguard.spi.CallDeadlines;
import io.syncguard.spi.ReleaseResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RedisCallProgressTest {
    private static final RuntimeException REFUSED = new RuntimeException("refused");
    private static final String UNKNOWN = "NOSCRIPT No matching script.";
    private static final String UNDER_WAY = "TRYAGAIN Multiple keys request during rehashing of slot";
    private static final String MOVED = "MOVED 1 127.0.0.1:7000";
    private static final byte[] ABSENT = "M".getBytes(StandardCharsets.US_ASCII);

    private final RedisRequests requests = new RedisRequests(RedisOptions.defaults());
    private final RedisCallProgress<ReleaseResult> release = within(3_000);

    /** Returns the progress of a call that has so much time left. */
    private RedisCallProgress<ReleaseResult> within(long millis) {
        Duration timeout = Duration.ofSeconds(3);
        return new RedisCallProgress<>(
                requests.release(LockId.random()),
                CallDeadlines.withinOperationTimeout(timeout),
                System.nanoTime() - timeout.minusMillis(millis).toNanos());
    }

    private static LockException broken() {
        return RedisFailures.unreachable(true, LockOperation.RELEASE, Fingerprinted.NO_ONE_LOCK, null);
    }

    @Test
    @DisplayName("RDS-1 a script that the server does not know is sent whole, once")
    void unknownScript() {
        assertThat(release.isBySource()).isFalse();
        assertThat(release.refused(UNKNOWN, false, REFUSED)).isEqualTo(Step.SEND);
        assertThat(release.head()).isEqualTo(release.call().script().source());

        assertThat(release.refused(UNKNOWN, false, REFUSED)).isEqualTo(Step.DONE);
        assertThat(release.failure())
                .isNotNull()
                .extracting(LockException::isOutcomeUnknown)
                .isEqualTo(false);
    }

    @Test
    @DisplayName(
            "REL-2 a release that was sent twice, of which the server that answers knows no script, is of unknown outcome")
    void unknownScriptAfterLoss() {
        assertThat(release.refused(UNKNOWN, true, REFUSED)).isEqualTo(Step.SEND);
        assertThat(release.replied(ABSENT, false, 0)).isEqualTo(Step.DONE);

        assertThat(release.failure()).isNotNull();
        assertThat(release.failure().isOutcomeUnknown()).isTrue();
        assertThat(release.failure().code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
    }

    @Test
    @DisplayName("CLU-4 a slot under way is waited for, longer each time, until the time is over")
    void slotUnderWay() {
        assertThat(release.refused(UNDER_WAY, false, REFUSED)).isEqualTo(Step.PAUSE);
        long first = release.pauseNanos();
        assertThat(release.refused(UNDER_WAY, false, REFUSED)).isEqualTo(Step.PAUSE);
        assertThat(release.pauseNanos()).isEqualTo(2 * first);
        for (int i = 0; i < 100; i++) {
            release.refused(UNDER_WAY, false, REFUSED);
        }
        assertThat(release.pauseNanos()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(100));

        RedisCallProgress<ReleaseResult> late = within(0);
        assertThat(late.refused(UNDER_WAY, false, REFUSED)).isEqualTo(Step.DONE);
        assertThat(late.failure())
                .isNotNull()
                .extracting(LockException::code)
                .isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
    }

    @Test
    @DisplayName("CLU-4 a redirection is followed; nodes that send a call back and forth get a pause to agree in")
    void redirections() {
        for (int i = 0; i < 4; i++) {
            assertThat(release.refused(MOVED, false, REFUSED)).isEqualTo(Step.REDIRECT);
        }
        assertThat(release.refused(MOVED, false, REFUSED)).isEqualTo(Step.PAUSE);
    }

    @Test
    @DisplayName("ACQ-3 a call whose connection broke is sent again, a few times, while there is time")
    void losses() {
        LockException broken = broken();
        for (int i = 0; i < 9; i++) {
            assertThat(release.lost(true, true, broken)).isEqualTo(Step.SEND);
        }
        assertThat(release.lost(true, true, broken)).isEqualTo(Step.DONE);
        assertThat(release.failure()).isSameAs(broken);

        assertThat(within(0).lost(true, true, broken)).isEqualTo(Step.DONE);
        assertThat(within(3_000).lost(true, false, broken)).isEqualTo(Step.DONE);
    }

    @Test
    @DisplayName("RDS-15 what too few replicas have is taken back")
    void tooFewReplicas() {
        RedisRequests acknowledged =
                new RedisRequests(RedisOptions.defaults().withReplicaAcks(2, Duration.ofMillis(100)));
        LockKey key = LockKey.of("k");
        var acquire = new RedisCallProgress<>(
                acknowledged.acquire(key, LockId.random(), Ttl.of(Duration.ofSeconds(1))),
                CallDeadlines.withinOperationTimeout(Duration.ofSeconds(3)),
                System.nanoTime());
        byte[] granted = "A0000000000000011800000000000".getBytes(StandardCharsets.US_ASCII);

        assertThat(acquire.replied(granted, false, 1)).isEqualTo(Step.UNDO);
        assertThat(acquire.undone(1, null)).isEqualTo(Step.DONE);
        assertThat(acquire.failure())
                .isNotNull()
                .extracting(LockException::isOutcomeUnknown)
                .isEqualTo(false);
    }
}

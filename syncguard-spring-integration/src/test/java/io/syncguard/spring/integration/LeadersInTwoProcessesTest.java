package io.syncguard.spring.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.SyncGuard;
import io.syncguard.testservers.SharedRedis;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Spring Integration's election of a leader between two JVMs, by locks in a real Redis. */
@Timeout(300)
class LeadersInTwoProcessesTest {
    private static final Duration TTL = Duration.ofSeconds(15);
    private static final Duration TOLERANCE = Duration.ofSeconds(1);

    /** Less than a lock that nobody releases would last. A leader looks every half second whether it is to yield. */
    private static final Duration AT_ONCE = TTL.minusSeconds(1);

    /** For a busy machine. */
    private static final Duration SLACK = Duration.ofSeconds(10);

    private final String address = SharedRedis.uri()
            + "?operationTimeoutMillis=20000&connectTimeoutMillis=40000&keyPrefix=test-" + UUID.randomUUID();

    @Test
    @DisplayName(
            "one leads; it yields, and the other leads at once; that is killed, and the first leads a ttl and a second after the"
                    + " last renewal; it stops, and the lock is free")
    void leads() throws Exception {
        try (CandidateProcess one = CandidateProcess.launch("one", address, TTL);
                CandidateProcess two = CandidateProcess.launch("two", address, TTL);
                SyncGuard observer = SyncGuard.connect(address)) {
            one.await("ready");
            two.await("ready");
            one.order("start");
            one.await("granted");
            two.order("start");
            two.awaitWaiting();

            one.order("yield");
            Instant asked = one.await("yielding");
            Instant handedOver = two.await("granted");
            one.await("revoked");
            assertThat(Duration.between(asked, handedOver)).isLessThan(AT_ONCE);

            two.kill();
            Instant free =
                    observer.lookup("leaders:role").orElseThrow().expiresAt().plus(TOLERANCE);
            Instant takenOver = one.await("granted");
            assertThat(takenOver).isBetween(free, free.plus(SLACK));

            one.order("stop");
            one.await("revoked");
            one.await("closed");
            one.awaitEnd();
            assertThat(observer.isLocked("leaders:role")).isFalse();
            assertThat(one.isQuiet()).isTrue();
        }
    }
}

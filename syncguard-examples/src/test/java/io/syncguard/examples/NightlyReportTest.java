package io.syncguard.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.SyncGuard;
import io.syncguard.testservers.RedisTestServer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class NightlyReportTest {
    @Test
    @DisplayName("a machine skips the report while another one writes it, and for the minimum hold afterwards")
    void oneMachine() {
        try (RedisTestServer server = RedisTestServer.start();
                SyncGuard here = SyncGuard.connect(server.uri() + "?operationTimeoutMillis=20000");
                SyncGuard there = SyncGuard.connect(server.uri() + "?operationTimeoutMillis=20000")) {
            AtomicInteger written = new AtomicInteger();
            AtomicBoolean thereMeanwhile = new AtomicBoolean(true);
            NightlyReport onThere = new NightlyReport(there, written::incrementAndGet);
            NightlyReport onHere = new NightlyReport(here, () -> {
                written.incrementAndGet();
                thereMeanwhile.set(onThere.writeUnlessTaken());
            });

            assertThat(onHere.writeUnlessTaken()).isTrue();
            assertThat(thereMeanwhile).isFalse();
            // The report took no time, and a machine whose clock is behind comes now.
            assertThat(there.isLocked(NightlyReport.KEY)).isTrue();
            assertThat(onThere.writeUnlessTaken()).isFalse();
            assertThat(written).hasValue(1);
        }
    }
}

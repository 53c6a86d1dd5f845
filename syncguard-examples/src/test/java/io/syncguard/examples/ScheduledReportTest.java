package io.syncguard.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.FenceToken;
import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockOperation;
import io.syncguard.SyncGuard;
import io.syncguard.examples.ScheduledReport.Outcome;
import io.syncguard.memory.Fault;
import io.syncguard.memory.TestLocks;
import io.syncguard.testsupport.StallMeter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A user's unit test: real locks, no server, and no time to wait for. */
@Timeout(60)
class ScheduledReportTest {
    private final TestLocks locks = TestLocks.create();
    private final SyncGuard guard = locks.guard();
    private final SyncGuard otherMachine = locks.guard();
    private final List<FenceToken> written = new ArrayList<>();
    private final ScheduledReport report = new ScheduledReport(guard, written::add);

    @AfterEach
    void close() {
        otherMachine.close();
        guard.close();
    }

    @Test
    @DisplayName("a job is skipped while another machine has the lock")
    void skipped() {
        try (HeldLock taken = otherMachine.acquire(ScheduledReport.KEY)) {
            assertThat(report.start()).isEqualTo(Outcome.SKIPPED);
            assertThat(written).isEmpty();
        }

        assertThat(report.start()).isEqualTo(Outcome.WRITTEN);
        assertThat(written).hasSize(1);
    }

    @Test
    @DisplayName("a machine that died holds the job up for 30 s, which pass in less than 50 ms")
    void holderDied() {
        assertThat(report.start()).as("once before, to load what it needs").isEqualTo(Outcome.WRITTEN);
        HeldLock dead;
        try (StallMeter time = StallMeter.start()) {
            dead = otherMachine.acquire(ScheduledReport.KEY);
            assertThat(report.start()).isEqualTo(Outcome.SKIPPED);

            locks.advance(Duration.ofSeconds(31));

            assertThat(dead.isHeld()).isFalse();
            assertThat(report.start()).isEqualTo(Outcome.WRITTEN);
            assertThat(time.elapsed()).isLessThan(Duration.ofMillis(50));
        }
        assertThat(written).as("the fences of the two reports").hasSize(2);
        assertThat(dead.fence())
                .as("the dead holder's fence, between those of the two reports")
                .isGreaterThan(written.get(0))
                .isLessThan(written.get(1));
    }

    @Test
    @DisplayName("a job that takes an hour keeps its lock, as time that passes in steps renews it")
    void longReport() {
        ScheduledReport hours = new ScheduledReport(guard, fence -> {
            locks.advance(Duration.ofHours(1), Duration.ofSeconds(5));
            assertThat(otherMachine.tryAcquire(ScheduledReport.KEY)).isEmpty();
        });

        assertThat(hours.start()).isEqualTo(Outcome.WRITTEN);
    }

    @Test
    @DisplayName(
            "a process that stalls for longer than the ttl, or whose server loses the lock, learns that it worked unprotected")
    void unprotected() {
        ScheduledReport stalled = new ScheduledReport(guard, fence -> locks.advance(Duration.ofSeconds(40)));
        assertThat(stalled.start()).isEqualTo(Outcome.UNPROTECTED);

        ScheduledReport robbed = new ScheduledReport(guard, fence -> locks.loseLock(ScheduledReport.KEY));
        assertThat(robbed.start()).isEqualTo(Outcome.UNPROTECTED);
    }

    @Test
    @DisplayName("a job is postponed while the server is unavailable, or too slow, or its answer gets lost")
    void unavailable() {
        locks.failNext(LockErrorCode.SERVICE_UNAVAILABLE);
        assertThat(report.start()).isEqualTo(Outcome.POSTPONED);

        locks.failAll(Fault.of(LockErrorCode.SERVICE_UNAVAILABLE));
        assertThat(report.start()).isEqualTo(Outcome.POSTPONED);
        assertThat(report.start()).isEqualTo(Outcome.POSTPONED);
        locks.recover();

        locks.failNext(Fault.of(LockErrorCode.NETWORK_TIMEOUT)
                .during(LockOperation.ACQUIRE)
                .afterTakingEffect());
        assertThat(report.start()).isEqualTo(Outcome.POSTPONED);
        assertThat(written).isEmpty();

        // What the lost answer granted is released in the background.
        Await.until("the job can be done", () -> report.start() == Outcome.WRITTEN);
        assertThat(written).hasSize(1);
    }
}

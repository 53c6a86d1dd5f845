package io.syncguard.spring.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.memory.TestLocks;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Spring Integration's election of a leader by the registry's lock, between two guards in one JVM. */
@Timeout(120)
class LeaderElectionTest {
    private static final Duration TTL = Duration.ofSeconds(30);

    private final TestLocks locks = TestLocks.create();
    private final SyncGuard guard = locks.guard();
    private final SyncGuard guardElsewhere = locks.guard();
    private final TestCandidate one = candidate("one", guard);
    private final TestCandidate two = candidate("two", guardElsewhere);

    private static TestCandidate candidate(String name, SyncGuard guard) {
        SyncGuardLockRegistry registry = new SyncGuardLockRegistry(
                guard, "leaders", LockOptions.defaults().withTtl(TTL));
        return new TestCandidate(name, registry);
    }

    @BeforeEach
    void start() {
        one.start();
        Await.until("the first one leads", one::isLeader);
        two.start();
    }

    @AfterEach
    void close() {
        one.stop();
        two.stop();
        guard.close();
        guardElsewhere.close();
    }

    @Test
    @DisplayName("one leads; it yields, and the other leads; it stops, and the first leads again")
    void handsOver() {
        Await.until("the second one leads", () -> {
            // Again if it came back first, as it may on a busy machine.
            if (one.isLeader()) {
                one.yieldFor(Duration.ofSeconds(1));
            }
            return two.isLeader();
        });
        Await.until("the first one was revoked as often as it was elected", () -> one.revocations() == one.grants());
        assertThat(one.isLeader()).isFalse();

        two.stop();
        Await.until("the second one was revoked", () -> two.revocations() == 1);
        Await.until("the first one leads again", () -> one.grants() == one.revocations() + 1);

        assertThat(one.isLeader()).isTrue();
        assertThat(two.grants()).isEqualTo(1);
        one.stop();
        Await.until("it leads no more", () -> one.revocations() == one.grants());
        assertThat(guard.isLocked("leaders:role")).isFalse();
    }

    @Test
    @DisplayName("HLD-12 a leader whose lock is lost is revoked, and somebody is elected anew")
    void losesLock() {
        locks.loseLock("leaders:role");
        locks.advance(TTL.dividedBy(3));

        Await.until("it is revoked", () -> one.revocations() == 1);
        Await.until("somebody leads", () -> one.isLeader() || two.isLeader());
        assertThat(List.of(one.isLeader(), two.isLeader())).containsOnlyOnce(true);
        assertThat(one.grants() + two.grants()).isEqualTo(2);
    }
}

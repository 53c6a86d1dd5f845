package io.syncguard.spring.integration;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.integration.leader.Context;
import org.springframework.integration.leader.DefaultCandidate;
import org.springframework.integration.leader.event.LeaderEventPublisher;
import org.springframework.integration.support.leader.LockRegistryLeaderInitiator;

/** A candidate for the one role there is, and how often it was elected. */
final class TestCandidate {
    private final AtomicInteger grants = new AtomicInteger();
    private final AtomicInteger revocations = new AtomicInteger();
    private final LockRegistryLeaderInitiator initiator;

    TestCandidate(String name, SyncGuardLockRegistry registry) {
        initiator = new LockRegistryLeaderInitiator(registry, new DefaultCandidate(name, "role"));
        initiator.setHeartBeatMillis(20);
        initiator.setBusyWaitMillis(5);
        initiator.setLeaderEventPublisher(new LeaderEventPublisher() {
            @Override
            public void publishOnGranted(Object source, Context context, String role) {
                grants.incrementAndGet();
            }

            @Override
            public void publishOnRevoked(Object source, Context context, String role) {
                revocations.incrementAndGet();
            }

            @Override
            public void publishOnFailedToAcquire(Object source, Context context, String role) {}
        });
    }

    void start() {
        initiator.start();
    }

    void stop() {
        initiator.stop();
    }

    /** Gives the leadership up, and is no candidate for a while. */
    void yieldFor(Duration pause) {
        initiator.setBusyWaitMillis(pause.toMillis());
        initiator.getContext().yield();
    }

    boolean isLeader() {
        return initiator.getContext().isLeader();
    }

    int grants() {
        return grants.get();
    }

    int revocations() {
        return revocations.get();
    }
}

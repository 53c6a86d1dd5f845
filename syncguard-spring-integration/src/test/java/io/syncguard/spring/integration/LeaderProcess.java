package io.syncguard.spring.integration;

import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.springframework.integration.leader.Context;
import org.springframework.integration.leader.DefaultCandidate;
import org.springframework.integration.leader.event.LeaderEventPublisher;
import org.springframework.integration.support.leader.LockRegistryLeaderInitiator;

/** A program that is a candidate for leadership. It prints what happens and when, and takes orders. */
final class LeaderProcess {
    private static final int AWAY_MILLIS = 10_000;

    private LeaderProcess() {}

    /** Expects a name, the address of the server, and the ttl in milliseconds. */
    public static void main(String[] arguments) throws IOException {
        Duration ttl = Duration.ofMillis(Long.parseLong(arguments[2]));
        try (SyncGuard guard = SyncGuard.connect(arguments[1])) {
            SyncGuardLockRegistry registry = new SyncGuardLockRegistry(
                    guard, "leaders", LockOptions.defaults().withTtl(ttl));
            LockRegistryLeaderInitiator initiator =
                    new LockRegistryLeaderInitiator(registry, new DefaultCandidate(arguments[0], "role"));
            initiator.setPublishFailedEvents(true);
            initiator.setLeaderEventPublisher(new Printer());
            say("ready");
            takeOrders(initiator);
        }
        say("closed");
    }

    private static void takeOrders(LockRegistryLeaderInitiator initiator) throws IOException {
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            switch (order) {
                case "start" -> initiator.start();
                case "yield" -> {
                    // For this long it stays away from the lock, so that the other one is granted it.
                    initiator.setBusyWaitMillis(AWAY_MILLIS);
                    say("yielding");
                    initiator.getContext().yield();
                }
                default -> {
                    initiator.stop();
                    return;
                }
            }
        }
    }

    private static void say(String event) {
        System.out.println(event + " " + System.currentTimeMillis());
        System.out.flush();
    }

    private static final class Printer implements LeaderEventPublisher {
        @Override
        public void publishOnGranted(Object source, Context context, String role) {
            say("granted");
        }

        @Override
        public void publishOnRevoked(Object source, Context context, String role) {
            say("revoked");
        }

        @Override
        public void publishOnFailedToAcquire(Object source, Context context, String role) {
            say("waiting");
        }
    }
}

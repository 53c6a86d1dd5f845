package io.syncguard.redis.tests;

import io.syncguard.HeldLock;
import io.syncguard.LockException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import java.time.Duration;

/** An application in a JVM of its own, whose properties say what it trusts. Takes a lock and says how it went. */
final class EncryptedClient {
    private EncryptedClient() {}

    public static void main(String[] args) {
        LockOptions options = LockOptions.defaults().withTimeout(Duration.ofSeconds(60));
        try (SyncGuard guard = SyncGuard.connect(PatientUri.of(args[0]));
                HeldLock lock = guard.acquire("job", options)) {
            System.out.println("fence " + lock.fence());
        } catch (LockException e) {
            System.out.println(e.getMessage());
        }
    }
}

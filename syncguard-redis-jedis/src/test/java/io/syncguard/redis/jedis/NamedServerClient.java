package io.syncguard.redis.jedis;

import io.syncguard.LockException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** An application in a JVM of its own, whose properties say how names are looked up. Makes some first calls, and says how they went. */
final class NamedServerClient {
    private NamedServerClient() {}

    public static void main(String[] args) {
        for (int i = 0; i < Integer.parseInt(args[1]); i++) {
            System.out.println(firstCall(args[0]));
        }
        // A lookup that hangs is no reason to stay.
        System.exit(0);
    }

    private static String firstCall(String uri) {
        try (SyncGuard guard = SyncGuard.connect(uri)) {
            long startedNanos = System.nanoTime();
            try {
                guard.tryAcquire("job", LockOptions.defaults().withTtl(Duration.ofSeconds(30)))
                        .ifPresent(lock -> lock.release());
                return "granted";
            } catch (LockException e) {
                return e.code() + " " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
            }
        }
    }
}

package io.syncguard.examples;

import io.syncguard.HeldLock;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;

/**
 * The process that is going to stall. Takes a lock once, writes when it is told to, and answers a line each; ends when
 * its input does.
 */
final class FencedWriter {
    static final String KEY = "report";

    private FencedWriter() {}

    /** Expects the database's URL, the emulator's address, the document's path, and the lock's ttl in milliseconds. */
    public static void main(String[] args) throws Exception {
        String redisUrl = Objects.requireNonNull(System.getenv(Worker.URL_VARIABLE), Worker.URL_VARIABLE);
        LockOptions options = LockOptions.defaults().withTtl(Duration.ofMillis(Long.parseLong(args[3])));
        try (FencedResources resources = new FencedResources(args[0], redisUrl, args[1], args[2]);
                SyncGuard guard = SyncGuard.connect(redisUrl + "?operationTimeoutMillis=20000")) {
            guard.isLocked(KEY);
            HeldLock lock = guard.acquire(KEY, options);
            answer("taken " + lock.fence().value());
            BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                answer(resources.write(order, lock.fence()));
            }
        }
    }

    private static void answer(String line) {
        System.out.println(line);
        System.out.flush();
    }
}

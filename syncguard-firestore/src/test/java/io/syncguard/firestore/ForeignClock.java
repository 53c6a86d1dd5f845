package io.syncguard.firestore;

import io.syncguard.HeldLock;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.spi.BackendUri;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A client in a JVM of its own, which does what its standard input says, one line each, and answers with a line. */
final class ForeignClock {
    private ForeignClock() {}

    /** The arguments: the emulator's address, and the URI. */
    public static void main(String[] args) throws Exception {
        Map<String, HeldLock> held = new HashMap<>();
        try (SyncGuard guard = SyncGuard.using(FirestoreLockBackendProvider.open(BackendUri.parse(args[1]), args[0]));
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                System.out.println(answer(guard, held, List.of(line.split(" "))));
            }
        }
    }

    private static String answer(SyncGuard guard, Map<String, HeldLock> held, List<String> words) {
        String key = words.get(1);
        return switch (words.get(0)) {
            case "now" -> Long.toString(System.currentTimeMillis());
            case "take" -> taken(guard, held, key, Duration.ofMillis(Long.parseLong(words.get(2))));
            case "isLocked" -> Boolean.toString(guard.isLocked(key));
            case "extend" -> Boolean.toString(held.get(key).extend(Duration.ofMillis(Long.parseLong(words.get(2)))));
            default -> "unknown: " + words;
        };
    }

    private static String taken(SyncGuard guard, Map<String, HeldLock> held, String key, Duration ttl) {
        Optional<HeldLock> lock = guard.tryAcquire(key, LockOptions.defaults().withTtl(ttl));
        lock.ifPresent(taken -> held.put(key, taken));
        return lock.map(taken -> "fence " + taken.fence()).orElse("locked");
    }
}

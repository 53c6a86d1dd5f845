package consumer;

import io.syncguard.GuardOptions;
import io.syncguard.LockException;
import io.syncguard.SyncGuard;
import io.syncguard.jdbc.JdbcFenceCheck;
import io.syncguard.micrometer.LockMeters;
import java.util.List;

/** Takes a lock on the module path: in memory, and on each URI that it is given. */
final class Program {
    private Program() {}

    public static void main(String[] uris) {
        for (Class<?> type : List.of(SyncGuard.class, JdbcFenceCheck.class, LockMeters.class)) {
            if (!type.getModule().isNamed()) {
                throw new AssertionError(type + " is on the class path");
            }
        }
        lock("memory:");
        for (String uri : uris) {
            lock(uri);
        }
    }

    private static void lock(String uri) throws LockException {
        GuardOptions options = GuardOptions.defaults().withObserver(LockMeters.create());
        try (SyncGuard guard = SyncGuard.connect(uri, options)) {
            guard.run("job", lock -> {
                if (!guard.isLocked("job")) {
                    throw new AssertionError("not locked: " + uri);
                }
                System.out.println("locked " + uri + " in " + guard.getClass().getModule() + ", fence " + lock.fence());
            });
        }
    }
}

package io.syncguard.examples;

import io.syncguard.HeldLock;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import java.util.Objects;

/** A process that acquires a lock and comes to its end without closing lock or guard. */
final class LeavingHolder {
    static final String KEY = "left-behind";

    private LeavingHolder() {}

    /** Expects no arguments. Prints the fence. */
    public static void main(String[] args) {
        String url = Objects.requireNonNull(System.getenv(Worker.URL_VARIABLE), Worker.URL_VARIABLE);
        SyncGuard guard = SyncGuard.connect(url + "?operationTimeoutMillis=20000");
        HeldLock lock = guard.acquire(KEY, LockOptions.defaults().withHeartbeat());
        System.out.println("acquired " + lock.fence().value());
        System.out.flush();
    }
}

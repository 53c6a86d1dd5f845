package io.syncguard.firestore;

import com.google.cloud.firestore.Firestore;
import io.syncguard.CheckReturnValue;
import io.syncguard.InvalidArgumentException;
import io.syncguard.spi.LockBackend;

/**
 * Opens backends that keep locks in Firestore. Every decision uses the time that the server returns with the read it is made
 * on (TIME-4), and every write is conditional on that read. The backends are thread-safe.
 *
 * <p>Firestore's client is asynchronous by nature; the blocking methods wait for its futures. No call takes longer than
 * {@link FirestoreLockOptions#operationTimeout()}, whatever the patience of a client that was handed in (OPT-2). Only calls that start
 * before Firestore has answered the backend may take {@link FirestoreLockOptions#connectTimeout()} in addition.
 *
 * <p>A call whose write Firestore did not answer looks what became of it before it answers. What it cannot find out within its timeout is
 * reported as a failure of unknown outcome. {@code abandon} changes the lock's document, and a late acquire fails on it.
 */
public final class FirestoreLockBackend {
    private FirestoreLockBackend() {}

    /**
     * Returns a backend on a client of the caller's, which stays the caller's to close. Does not connect.
     *
     * <p>A client that repeats commits by itself, as it does unless told otherwise, is fine: the backend looks what a refused commit has
     * done. Set keepalive on the client's channel, or calls fail for as long as a silent connection stays open; a backend opened by a URI
     * replaces such a connection by itself. Waiters poll if the client's retry settings have no delay.
     */
    @CheckReturnValue
    public static LockBackend create(Firestore client, FirestoreLockOptions options) {
        return LockBackend.blocking(FirestoreBackend.on(
                InvalidArgumentException.requireNonNull(client, "client"),
                InvalidArgumentException.requireNonNull(options, "options")));
    }

    /** Returns a backend on a client of its own, which it will close. */
    static LockBackend open(OwnClient client, FirestoreLockOptions options) {
        return LockBackend.blocking(FirestoreBackend.on(client, options));
    }
}

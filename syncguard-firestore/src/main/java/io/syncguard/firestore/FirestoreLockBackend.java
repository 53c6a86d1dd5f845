package io.syncguard.firestore;

import com.google.cloud.firestore.Firestore;
import io.syncguard.CheckReturnValue;
import io.syncguard.spi.LockBackend;
import java.util.Objects;

/**
 * Opens backends that keep locks in Firestore. Every decision uses the time that the server returns with the read it is made
 * on (TIME-4), and every write is conditional on that read. The backends are thread-safe.
 *
 * <p>Firestore's client is asynchronous by nature; the blocking methods wait for its futures. No call takes longer than
 * {@link FirestoreLockOptions#operationTimeout()}, whatever the patience of a client that was handed in (OPT-2). Only calls that start
 * before Firestore has answered the backend may take {@link FirestoreLockOptions#connectTimeout()} in addition.
 *
 * <p>A release fails with {@code SERVICE_UNAVAILABLE} if Firestore did not answer a write and the lock is gone since: whether
 * this call or its expiry ended the lock is unknown. {@code abandon} leaves a document that holds nothing in the lock's place,
 * and a late acquire fails on it.
 */
public final class FirestoreLockBackend {
    private FirestoreLockBackend() {}

    /**
     * Returns a backend on a client of the caller's, which stays the caller's to close. Does not connect.
     *
     * <p>A client that repeats commits by itself, as it does unless told otherwise, can make a release that succeeded look
     * like one of a lock that was gone already. A backend opened by its URI does not have that.
     */
    @CheckReturnValue
    public static LockBackend create(Firestore client, FirestoreLockOptions options) {
        return LockBackend.blocking(FirestoreBackend.on(
                Objects.requireNonNull(client, "client"), false, Objects.requireNonNull(options, "options")));
    }

    /** Returns a backend on a client of its own, which it will close. */
    static LockBackend open(Firestore client, FirestoreLockOptions options) {
        return LockBackend.blocking(FirestoreBackend.on(client, true, options));
    }
}

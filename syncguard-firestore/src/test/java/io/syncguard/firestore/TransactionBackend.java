package io.syncguard.firestore;

import com.google.api.core.ApiFuture;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.QuerySnapshot;
import io.syncguard.FenceToken;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.BackendCapabilities;
import io.syncguard.spi.ExecutorAsyncBackend;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.Tolerance;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/**
 * The plain way to do it, for comparison: each acquire and release is one of the client's transactions, with the retries
 * it has by itself. Knows nothing of lost answers.
 */
final class TransactionBackend implements LockBackend {
    private final Firestore firestore;
    private final FirestoreLockOptions options;
    private final AsyncLockBackend async = ExecutorAsyncBackend.onCaller(this);

    TransactionBackend(Firestore firestore, FirestoreLockOptions options) {
        this.firestore = firestore;
        this.options = options;
    }

    @Override
    public BackendCapabilities capabilities() {
        return new BackendCapabilities("transactions", true);
    }

    @Override
    public AcquireResult acquire(LockKey key, LockId id, Ttl ttl) {
        var document = firestore.collection(options.collection()).document(key.value());
        return get(LockOperation.ACQUIRE, firestore.runTransaction(transaction -> {
            DocumentSnapshot found = transaction.get(document).get();
            long now = ServerTimes.millis(found.getReadTime());
            Long expiresAt = found.getLong(LockDocument.EXPIRES_AT);
            if (expiresAt != null && Tolerance.isLive(expiresAt, now)) {
                long freeAt = Tolerance.freeAtMillis(expiresAt);
                return Contended.until(Instant.ofEpochMilli(freeAt), Duration.ofMillis(freeAt - now));
            }
            String last = found.getString(LockDocument.FENCE);
            FenceToken fence =
                    new FenceToken(last == null ? 1 : FenceToken.parse(last).value() + 1);
            long end = now + ttl.millis();
            transaction.set(
                    document,
                    Map.of(
                            LockDocument.LOCK_ID,
                            id.value(),
                            LockDocument.FENCE,
                            fence.toString(),
                            LockDocument.EXPIRES_AT,
                            end));
            return new Acquired(fence, Instant.ofEpochMilli(end));
        }));
    }

    @Override
    public ReleaseResult release(LockId id) {
        var ofId = firestore.collection(options.collection()).whereEqualTo(LockDocument.LOCK_ID, id.value());
        return get(LockOperation.RELEASE, firestore.runTransaction(transaction -> {
            QuerySnapshot found = transaction.get(ofId).get();
            found.getDocuments()
                    .forEach(document -> transaction.update(
                            document.getReference(), LockDocument.LOCK_ID, "", LockDocument.EXPIRES_AT, 0L));
            return found.isEmpty() ? ReleaseResult.ABSENT : ReleaseResult.RELEASED;
        }));
    }

    private static <T> T get(LockOperation operation, ApiFuture<T> future) {
        try {
            return future.get();
        } catch (InterruptedException | ExecutionException e) {
            throw LockException.failed(
                    LockErrorCode.SERVICE_UNAVAILABLE, operation, null, "the transaction failed: " + e.getMessage(), e);
        }
    }

    @Override
    public ExtendResult extend(LockId id, Ttl ttl) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isLocked(LockKey key) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<LockRecord> lookup(LockKey key) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<LockRecord> lookup(LockId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public AsyncLockBackend async() {
        return async;
    }

    @Override
    public void close() {
        Emulated.close(firestore);
    }
}

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
import java.util.List;
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
        var lock = firestore.collection(options.collection()).document(key.value());
        var counter = firestore.collection(options.fenceCollection()).document(key.value());
        return get(LockOperation.ACQUIRE, firestore.runTransaction(transaction -> {
            List<DocumentSnapshot> found = transaction.getAll(lock, counter).get();
            long now = LockDocument.millis(found.get(0).getReadTime());
            Optional<LockDocument> live = LockDocument.in(found.get(0)).filter(document -> document.isLive(now));
            if (live.isPresent()) {
                long freeAt = Tolerance.freeAtMillis(live.get().expiresAtMillis());
                return Contended.until(Instant.ofEpochMilli(freeAt), Duration.ofMillis(freeAt - now));
            }
            String last = found.get(1).getString(LockDocument.FENCE);
            FenceToken fence =
                    new FenceToken(last == null ? 1 : FenceToken.parse(last).value() + 1);
            long expiresAt = now + ttl.millis();
            transaction.set(lock, LockDocument.fields(id, key.value(), fence, now, expiresAt));
            transaction.set(counter, Map.of(LockDocument.FENCE, fence.toString()));
            return new Acquired(fence, Instant.ofEpochMilli(expiresAt));
        }));
    }

    @Override
    public ReleaseResult release(LockId id) {
        var ofId = firestore.collection(options.collection()).whereEqualTo(LockDocument.LOCK_ID, id.value());
        return get(LockOperation.RELEASE, firestore.runTransaction(transaction -> {
            QuerySnapshot found = transaction.get(ofId).get();
            found.getDocuments().forEach(document -> transaction.delete(document.getReference()));
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
        OwnClient.close(firestore);
    }
}

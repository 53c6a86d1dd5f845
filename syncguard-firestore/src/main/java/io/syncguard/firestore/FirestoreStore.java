package io.syncguard.firestore;

import com.google.api.core.ApiFuture;
import com.google.api.core.ApiFutures;
import com.google.cloud.Timestamp;
import com.google.cloud.firestore.CollectionReference;
import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.EventListener;
import com.google.cloud.firestore.FieldValue;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.ListenerRegistration;
import com.google.cloud.firestore.QuerySnapshot;
import com.google.cloud.firestore.WriteBatch;
import com.google.cloud.firestore.WriteResult;
import com.google.common.util.concurrent.MoreExecutors;
import io.syncguard.FenceToken;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.spi.StorageKeys;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The requests of the backend, each one round trip. No read opens a transaction or locks a document. Thread-safe. */
final class FirestoreStore {
    /** More than there can be without somebody copying documents. */
    private static final int MOST_OF_ONE_ID = 10;

    private final Firestore firestore;
    private final CollectionReference locks;
    private final CollectionReference fences;
    private final DocumentIds ids;
    private final @Nullable Duration fenceRetention;

    FirestoreStore(Firestore firestore, FirestoreLockOptions options) {
        this.firestore = firestore;
        this.locks = firestore.collection(options.collection());
        this.fences = firestore.collection(options.fenceCollection());
        this.fenceRetention = options.fenceRetention().orElse(null);
        // A collection plays the part that a prefix plays elsewhere.
        this.ids = new DocumentIds(StorageKeys.under(StorageKeys.DEFAULT_PREFIX, options.rejectLongKeys()));
    }

    String stored(LockKey key) {
        return ids.stored(key);
    }

    DocumentReference lock(LockKey key) {
        return locks.document(ids.lock(key));
    }

    DocumentReference fence(LockKey key) {
        return fences.document(DocumentIds.fence(ids.lock(key)));
    }

    /**
     * Returns the fields that an acquire writes to a key's counter. With a retention they say when the counter may be swept; without,
     * they remove what an earlier acquire said (FST-10).
     *
     * @param now the read time that the acquire is decided by
     * @param present the counter as it was read, which may not exist
     */
    Map<String, Object> counter(LockKey key, FenceToken fence, long now, DocumentSnapshot present) {
        Map<String, Object> fields = new HashMap<>();
        fields.put(LockDocument.FENCE, fence.toString());
        fields.put(LockDocument.KEY, stored(key));
        if (fenceRetention != null) {
            fields.put(LockDocument.SWEEP_AT, LockDocument.timestamp(now + fenceRetention.toMillis()));
        } else if (present.contains(LockDocument.SWEEP_AT)) {
            fields.put(LockDocument.SWEEP_AT, FieldValue.delete());
        }
        return fields;
    }

    /** What an acquire is decided on. */
    record Look(DocumentSnapshot lock, DocumentSnapshot fence, QuerySnapshot ofId) {
        Timestamp readTime() {
            Timestamp time = lock.getReadTime();
            if (time == null) {
                throw new IllegalArgumentException("read time");
            }
            return time;
        }
    }

    /** Reads a key's lock and counter, and what else the id may hold. */
    ApiFuture<Look> look(LockKey key, LockId id) {
        ApiFuture<List<DocumentSnapshot>> documents = firestore.getAll(lock(key), fence(key));
        ApiFuture<QuerySnapshot> ofId = ofId(id);
        return ApiFutures.transform(
                ApiFutures.allAsList(List.of(documents, ofId)),
                both -> looked((List<?>) both.get(0), (QuerySnapshot) both.get(1)),
                MoreExecutors.directExecutor());
    }

    private static Look looked(List<?> documents, QuerySnapshot ofId) {
        return new Look((DocumentSnapshot) documents.get(0), (DocumentSnapshot) documents.get(1), ofId);
    }

    /** Reads a key's lock. */
    ApiFuture<DocumentSnapshot> get(LockKey key) {
        return lock(key).get();
    }

    /** Puts a process at the end of the queue of a key's lock, unless it stands there already, or there is no lock. */
    ApiFuture<WriteResult> enqueue(LockKey key, String process) {
        return lock(key).update(Queue.FIELD, FieldValue.arrayUnion(process));
    }

    /** Hears of the locks in whose queue a process stands, now and whenever they change, on the client's thread. */
    ListenerRegistration listen(String process, EventListener<QuerySnapshot> listener) {
        return locks.whereArrayContains(Queue.FIELD, process).addSnapshotListener(Runnable::run, listener);
    }

    /** Finds the lock documents of an id: one, or none, or more if somebody copied them. */
    ApiFuture<QuerySnapshot> ofId(LockId id) {
        return locks.whereEqualTo(LockDocument.LOCK_ID, id.value())
                .limit(MOST_OF_ONE_ID)
                .get();
    }

    WriteBatch batch() {
        return firestore.batch();
    }
}

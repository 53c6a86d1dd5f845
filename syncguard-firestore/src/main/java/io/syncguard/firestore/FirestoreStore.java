package io.syncguard.firestore;

import com.google.api.core.ApiFuture;
import com.google.cloud.firestore.CollectionReference;
import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.EventListener;
import com.google.cloud.firestore.FieldValue;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.ListenerRegistration;
import com.google.cloud.firestore.Precondition;
import com.google.cloud.firestore.QuerySnapshot;
import com.google.cloud.firestore.SetOptions;
import com.google.cloud.firestore.WriteBatch;
import com.google.cloud.firestore.WriteResult;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.spi.StorageKeys;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The requests of the backend, each one round trip. No read opens a transaction or locks a document. Thread-safe. */
final class FirestoreStore {
    /** More than there can be without somebody copying documents. */
    private static final int MOST_OF_ONE_ID = 10;

    private final Supplier<Firestore> client;
    private final boolean clientRepeats;
    private final boolean canListen;
    private final String collection;
    private final String queueCollection;
    private final @Nullable Duration fenceRetention;
    private final DocumentIds ids;
    private final LockWrite.Maker writes;

    /**
     * @param client answers the client to make a request with, which may be replaced by one of the same settings
     */
    FirestoreStore(Supplier<Firestore> client, FirestoreLockOptions options) {
        Firestore first = client.get();
        this.client = client;
        this.clientRepeats = repeats(first);
        this.canListen = !first.getOptions()
                .getRetrySettings()
                .getInitialRetryDelayDuration()
                .isZero();
        this.collection = options.collection();
        this.queueCollection = options.queueCollection();
        this.fenceRetention = options.fenceRetention().orElse(null);
        this.writes = new LockWrite.Maker(fenceRetention);
        // A collection plays the part that a prefix plays elsewhere.
        this.ids = new DocumentIds(
                StorageKeys.under(StorageKeys.DEFAULT_PREFIX, options.rejectLongKeys()), options.hashedIds());
    }

    /** Returns whether a client may send one commit twice by itself. */
    static boolean repeats(Firestore client) {
        return client.getOptions().getRetrySettings().getMaxAttempts() != 1;
    }

    boolean clientRepeats() {
        return clientRepeats;
    }

    LockWrite.Maker writes() {
        return writes;
    }

    String stored(LockKey key) {
        return ids.stored(key);
    }

    private CollectionReference locks() {
        return client.get().collection(collection);
    }

    String documentId(LockKey key) {
        return ids.lock(key);
    }

    DocumentReference lock(LockKey key) {
        return locks().document(ids.lock(key));
    }

    /** Reads a document of the collection. */
    ApiFuture<DocumentSnapshot> get(DocumentReference document) {
        return locks().document(document.getId()).get();
    }

    /** Reads a key's document. */
    ApiFuture<DocumentSnapshot> get(LockKey key) {
        return lock(key).get();
    }

    /** Finds the documents of an id: one, or none, or more if somebody copied them. */
    ApiFuture<QuerySnapshot> ofId(LockId id) {
        return locks().whereEqualTo(LockDocument.LOCK_ID, id.value())
                .limit(MOST_OF_ONE_ID)
                .get();
    }

    WriteBatch batch() {
        return client.get().batch();
    }

    private CollectionReference queues() {
        return client.get().collection(queueCollection);
    }

    /** Reads the queue of a key. */
    ApiFuture<DocumentSnapshot> queue(LockKey key) {
        return queues().document(documentId(key)).get();
    }

    /** Puts a process in the queue of a key, or renews its name there, and removes names that count no more. */
    ApiFuture<List<WriteResult>> join(LockKey key, String process, Set<String> stale, ServerTime time) {
        return join(batch(), new HashMap<>(), key, process, stale, time);
    }

    /**
     * As {@link #join}, and says in the lock's document that processes wait.
     *
     * @param conditional whether to do neither if that document is not as it was read
     */
    ApiFuture<List<WriteResult>> joinAndTell(
            LockDocument lock, boolean conditional, LockKey key, String process, Set<String> stale, ServerTime time) {
        Map<String, Object> awaited = Map.of(LockDocument.AWAITED, true);
        WriteBatch batch = batch();
        if (conditional) {
            batch.update(lock.reference(), awaited, Precondition.updatedAt(lock.updateTime()));
        } else {
            batch.update(lock.reference(), awaited);
        }
        return join(batch, new HashMap<>(Map.of(LockDocument.AWAITED, true)), key, process, stale, time);
    }

    private ApiFuture<List<WriteResult>> join(
            WriteBatch batch,
            Map<String, Object> fields,
            LockKey key,
            String process,
            Set<String> stale,
            ServerTime time) {
        fields.put(LockDocument.KEY, stored(key));
        fields.put(WaitQueue.NAMES, FieldValue.arrayUnion(process));
        fields.put(WaitQueue.SINCE, Map.of(process, FieldValue.serverTimestamp()));
        sweep(fields, time.latestMillis());
        DocumentReference queue = queues().document(documentId(key));
        batch.set(queue, fields, SetOptions.merge());
        if (!stale.isEmpty()) {
            batch.set(queue, without(stale), SetOptions.merge());
        }
        return batch.commit();
    }

    /** Says until when a queue stays, which this write may create (FST-10). */
    private void sweep(Map<String, Object> fields, long usedUntil) {
        if (fenceRetention != null) {
            fields.put(LockDocument.SWEEP_AT, ServerTime.timestamp(usedUntil + fenceRetention.toMillis()));
        }
    }

    /** Removes a process from a queue. */
    ApiFuture<List<WriteResult>> leave(String document, String process) {
        return batch().set(queues().document(document), without(Set.of(process)), SetOptions.merge())
                .commit();
    }

    private static Map<String, Object> without(Set<String> processes) {
        Map<String, Object> fields = new HashMap<>();
        fields.put(WaitQueue.NAMES, FieldValue.arrayRemove(processes.toArray()));
        Map<String, Object> since = new HashMap<>();
        processes.forEach(process -> since.put(process, FieldValue.delete()));
        fields.put(WaitQueue.SINCE, since);
        return fields;
    }

    /** Tells the processes that wait for a lock that it is free, with the write that frees it. */
    void tellReleased(WriteBatch batch, LockDocument released) {
        Map<String, Object> fields = new HashMap<>();
        fields.put(WaitQueue.RELEASED_AT, released.releasedAtMillis());
        sweep(fields, released.releasedAtMillis());
        batch.set(queues().document(released.reference().getId()), fields, SetOptions.merge());
    }

    /** Removes processes from the queue of a lock, with the write that acquires it. */
    void tellAcquired(WriteBatch batch, LockDocument acquired, Set<String> served) {
        Map<String, Object> fields = without(served);
        fields.put(WaitQueue.RELEASED_AT, 0L);
        fields.put(LockDocument.AWAITED, acquired.awaited());
        sweep(fields, acquired.expiresAtMillis());
        batch.set(queues().document(acquired.reference().getId()), fields, SetOptions.merge());
    }

    /** Hears of the queues in which a process stands, now and whenever they change, on the client's thread. */
    ListenerRegistration listen(String process, EventListener<QuerySnapshot> listener) {
        return queues().whereArrayContains(WaitQueue.NAMES, process).addSnapshotListener(Runnable::run, listener);
    }

    /** Returns whether the client pauses between attempts to listen. One that does not would try thousands of times a second. */
    boolean canListen() {
        return canListen;
    }
}

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
import io.syncguard.spi.HolderLabel;
import io.syncguard.spi.StorageKeys;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The requests of the backend, each one round trip. No read opens a transaction or locks a document. Thread-safe. */
final class FirestoreStore {
    /** More than there can be without somebody copying documents. */
    private static final int MOST_OF_ONE_ID = 10;

    /** Some hundred kilobytes. */
    static final int MOST_OF_A_PAGE = 300;

    private final Supplier<Firestore> client;
    private final boolean clientRepeats;
    private final boolean canListen;
    private final String collection;
    private final String queueCollection;
    private final @Nullable Duration fenceRetention;
    private final DocumentIds ids;
    private final HolderLabel holder = new HolderLabel();
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
        this.writes = new LockWrite.Maker(fenceRetention, holder);
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

    /** Finds documents of locks that were not released, in the order of their ids, from one on. */
    ApiFuture<QuerySnapshot> unreleasedAfter(String lockId) {
        return locks().whereGreaterThan(LockDocument.LOCK_ID, lockId)
                .orderBy(LockDocument.LOCK_ID)
                .limit(MOST_OF_A_PAGE)
                .get();
    }

    /** Has locks say who holds them, as {@link io.syncguard.spi.LockBackend#labelHolder} does. */
    void labelHolder(String label) {
        holder.set(label);
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

    /** Writes a change to the queue of a document. */
    ApiFuture<List<WriteResult>> change(String document, QueueChange change) {
        DocumentReference queue = queues().document(document);
        WriteBatch batch = batch();
        Map<String, Object> fields = told(change);
        if (!change.removed().isEmpty()) {
            fields.put(WaitQueue.NAMES, FieldValue.arrayRemove(change.removed().toArray()));
            fields.put(
                    WaitQueue.SINCE,
                    change.removed().stream()
                            .collect(Collectors.toMap(process -> process, process -> FieldValue.delete())));
        }
        String process = change.added();
        if (process != null && !change.removed().isEmpty()) {
            // One write cannot remove names and add one.
            batch.set(queue, fields, SetOptions.merge());
            fields = new HashMap<>();
        }
        if (process != null) {
            fields.put(WaitQueue.NAMES, FieldValue.arrayUnion(process));
            fields.put(WaitQueue.SINCE, Map.of(process, FieldValue.serverTimestamp()));
        }
        return batch.set(queue, fields, SetOptions.merge()).commit();
    }

    private Map<String, Object> told(QueueChange change) {
        Map<String, Object> fields = new HashMap<>();
        if (change.key() != null) {
            fields.put(LockDocument.KEY, change.key());
        }
        if (change.acquired() != 0) {
            fields.put(WaitQueue.ACQUIRED, change.acquired());
        }
        if (change.awaited() != 0) {
            fields.put(WaitQueue.AWAITED, change.awaited());
        }
        if (change.released() != 0) {
            fields.put(WaitQueue.RELEASED, change.released());
            fields.put(WaitQueue.RELEASED_AT, change.releasedAtMillis());
        }
        if (fenceRetention != null && change.usedUntilMillis() != 0) {
            // This write may create the queue (FST-10).
            fields.put(
                    LockDocument.SWEEP_AT, ServerTime.timestamp(change.usedUntilMillis() + fenceRetention.toMillis()));
        }
        return fields;
    }

    /**
     * Says in a lock's document that processes wait.
     *
     * @param waiting how many, at least
     * @param conditional whether to do nothing if the document is not as it was read
     */
    ApiFuture<WriteResult> tellWaiting(LockDocument lock, int waiting, boolean conditional) {
        Map<String, Object> awaited = Map.of(LockDocument.WAITING, waiting);
        DocumentReference document = locks().document(lock.reference().getId());
        return conditional
                ? document.update(awaited, Precondition.updatedAt(lock.updateTime()))
                : document.update(awaited);
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

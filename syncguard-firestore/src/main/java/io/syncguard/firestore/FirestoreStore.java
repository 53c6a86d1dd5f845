package io.syncguard.firestore;

import com.google.api.core.ApiFuture;
import com.google.cloud.firestore.CollectionReference;
import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.EventListener;
import com.google.cloud.firestore.FieldPath;
import com.google.cloud.firestore.FieldValue;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.ListenerRegistration;
import com.google.cloud.firestore.QuerySnapshot;
import com.google.cloud.firestore.WriteBatch;
import com.google.cloud.firestore.WriteResult;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.spi.StorageKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** The requests of the backend, each one round trip. No read opens a transaction or locks a document. Thread-safe. */
final class FirestoreStore {
    /** More than there can be without somebody copying documents. */
    private static final int MOST_OF_ONE_ID = 10;

    private final Supplier<Firestore> client;
    private final boolean clientRepeats;
    private final boolean canListen;
    private final String collection;
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
        this.writes = new LockWrite.Maker(options.fenceRetention().orElse(null));
        // A collection plays the part that a prefix plays elsewhere.
        this.ids = new DocumentIds(StorageKeys.under(StorageKeys.DEFAULT_PREFIX, options.rejectLongKeys()));
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

    /**
     * Puts a process at the end of the queue of a key's document, or renews its name there, and removes names that count no more. Fails
     * if there is no document.
     */
    ApiFuture<List<WriteResult>> join(LockKey key, String process, Set<String> stale) {
        WriteBatch batch = batch();
        batch.update(
                lock(key),
                FieldPath.of(WaitQueue.NAMES),
                FieldValue.arrayUnion(process),
                FieldPath.of(WaitQueue.SINCE, process),
                FieldValue.serverTimestamp());
        if (!stale.isEmpty()) {
            remove(batch, key, stale);
        }
        return batch.commit();
    }

    /** Removes a process from the queue of a key's document. Fails if there is no document. */
    ApiFuture<List<WriteResult>> leave(LockKey key, String process) {
        WriteBatch batch = batch();
        remove(batch, key, Set.of(process));
        return batch.commit();
    }

    private void remove(WriteBatch batch, LockKey key, Set<String> processes) {
        List<Object> since = new ArrayList<>();
        for (String process : processes) {
            since.add(FieldPath.of(WaitQueue.SINCE, process));
            since.add(FieldValue.delete());
        }
        batch.update(
                lock(key), FieldPath.of(WaitQueue.NAMES), FieldValue.arrayRemove(processes.toArray()), since.toArray());
    }

    /** Hears of the documents in whose queue a process stands, now and whenever they change, on the client's thread. */
    ListenerRegistration listen(String process, EventListener<QuerySnapshot> listener) {
        return locks().whereArrayContains(WaitQueue.NAMES, process).addSnapshotListener(Runnable::run, listener);
    }

    /** Returns whether the client pauses between attempts to listen. One that does not would try thousands of times a second. */
    boolean canListen() {
        return canListen;
    }
}

package io.syncguard.firestore;

import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.FieldValue;
import io.syncguard.CheckReturnValue;
import io.syncguard.FenceToken;
import io.syncguard.Fingerprint;
import io.syncguard.InvalidArgumentException;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.StaleFenceException;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.BackendTimeout;
import io.syncguard.spi.CallDeadlines;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Refuses writes to Firestore documents whose fence is stale: a write passes if and only if its fence is not less than
 * the one in the document, which is the fence of the last write that passed. Thread-safe. Works with the client of each
 * document it is given. Needs no closing: its threads end some seconds after the last call.
 *
 * <p>A fenced document has the field {@value #FENCE_FIELD}, the fence in its {@linkplain FenceToken#toString() text form}
 * of 15 digits, and the field {@value #WRITE_FIELD}. The names are fixed, because a document with two such fields would have two checks
 * that do not see each other. Read the document with any client. Write it with this class alone, and do not delete it while somebody may still
 * write late, for its fence goes with it: set no fields instead.
 *
 * <p>A write is a plain read and one commit on condition that the document has not changed since. No transaction, and no
 * lock on the document: a holder that stalls in between delays nobody, and its commit, however late, fails on the
 * condition. A commit that somebody else was faster than is decided anew, on a fresh read.
 */
public final class FirestoreFencedDocuments {
    /** The field of a fenced document that has the fence. */
    public static final String FENCE_FIELD = "fence";

    /**
     * The field of a fenced document that has a number of the last write's own. It makes each write change the document: Firestore keeps
     * the update time of a document that a write leaves as it was, and an earlier write that arrives late could then still land.
     */
    public static final String WRITE_FIELD = "fenceWrite";

    private final Answers answers;
    private final FirestoreThreads threads = new FirestoreThreads();

    private FirestoreFencedDocuments(CallDeadlines deadlines) {
        // The client is the caller's.
        this.answers = new Answers(deadlines, () -> {});
    }

    /** Returns an object whose calls take 3 seconds at the most. Does no I/O. */
    @CheckReturnValue
    public static FirestoreFencedDocuments create() {
        return create(BackendTimeout.OPERATION.byDefault());
    }

    /**
     * Returns a guard. Does no I/O.
     *
     * @param operationTimeout the longest a call takes, whatever the client's own patience: from 1 ms to 1 hour
     * @throws LockException {@code INVALID_ARGUMENT} if it is out of range
     */
    @CheckReturnValue
    public static FirestoreFencedDocuments create(Duration operationTimeout) {
        return new FirestoreFencedDocuments(CallDeadlines.withinOperationTimeout(operationTimeout));
    }

    /**
     * Replaces a document, or creates it, unless its fence is greater: afterwards it has the given fields and the fence,
     * and no field of an earlier write, so that it is always the work of one holder. Blocks for two round trips, more
     * where somebody else writes at the same time.
     *
     * @param fields the document's fields but for {@value #FENCE_FIELD} and {@value #WRITE_FIELD}; a name is a field's name, dots and all. Of
     *     {@link FieldValue} only the server's timestamp is possible, because a write may be repeated. A name that begins and ends with two
     *     underscores, a list within a list, and a name or text with an unpaired surrogate are refused, nested ones too
     * @return true if it is written; false if the lock was lost and somebody newer has written, whose document stands. If
     *     an answer of Firestore's was lost meanwhile, this write may have been there for a time before that
     * @throws LockException {@code INVALID_ARGUMENT} before any I/O if an argument is null or the fields cannot be stored, and after it if
     *     Firestore finds them too large; {@code INTERNAL} if the document exists and
     *     its fence is missing or none, in which case it is left alone; others if the system failed, among them
     *     {@code SERVICE_UNAVAILABLE} if others kept changing the document, and {@code ABORTED} on an interrupt. If
     *     {@link LockException#isOutcomeUnknown()}, this write may have been made, or may still be until the
     *     document changes; the call may be repeated
     */
    @CheckReturnValue
    public boolean set(DocumentReference document, Map<String, Object> fields, FenceToken fence) {
        return newer(document, fields, fence).isEmpty();
    }

    /**
     * As {@link #set}, and throws where that returns false.
     *
     * @throws StaleFenceException if the lock was lost and somebody newer has written
     * @throws LockException as there
     */
    public void setOrThrow(DocumentReference document, Map<String, Object> fields, FenceToken fence) {
        Optional<FenceToken> newer = newer(document, fields, fence);
        if (newer.isPresent()) {
            throw new StaleFenceException(fence, newer.get());
        }
    }

    /** Returns the fence that is in the way; empty if the write was made. */
    private Optional<FenceToken> newer(DocumentReference document, Map<String, Object> fields, FenceToken fence) {
        InvalidArgumentException.requireNonNull(document, "document");
        InvalidArgumentException.requireNonNull(fence, "fence");
        FencedFields content = FencedFields.of(document, fields, fence);
        Supplier<String> resource = () -> Fingerprint.of(document.getPath());
        return AsyncLockBackend.await(
                () -> started(document, content, fence, resource), LockOperation.FENCED_WRITE, resource);
    }

    private CompletableFuture<Optional<FenceToken>> started(
            DocumentReference document, FencedFields content, FenceToken fence, Supplier<String> resource) {
        // Only this thread depends on the answer.
        FirestoreCall<Optional<FenceToken>> call =
                new FirestoreCall<>(LockOperation.FENCED_WRITE, resource, answers, threads, Runnable::run);
        call.begin(() -> new FencedWriteOperation(call, document, content, fence).look());
        return call;
    }
}

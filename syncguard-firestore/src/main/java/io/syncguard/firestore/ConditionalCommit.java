package io.syncguard.firestore;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.Precondition;
import com.google.cloud.firestore.WriteBatch;
import com.google.cloud.firestore.WriteResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The conditional writes of one operation, and what is known of them (FST-3, FST-4).
 *
 * <p>Each write rests on one update time of its document, or on there being no document. So it can land only as long as the document is
 * as it was. A write that was not answered is <em>open</em> until a look shows that the document has changed. A mark in the document
 * tells whose write changed it. So an operation never answers what an open write of its own could still make untrue.
 *
 * <p>Confined to one operation, whose steps follow each other.
 */
final class ConditionalCommit {
    private final FirestoreCall<?> call;
    private final boolean clientRepeats;
    private final List<Open> open = new ArrayList<>();

    /** When the writes were sent that are not known to have landed, by their marks. */
    private final Map<Long, Long> sentNanos = new HashMap<>();

    private boolean unanswered;
    private boolean mayHaveLanded;

    /** Whether a write has landed. A call that fails after that has changed something. */
    private boolean hasLanded;

    /**
     * A write that may still land.
     *
     * @param path the document's. Its reference is not equal to one that a client has made which replaced the first (FST-16)
     */
    private record Open(String path, @Nullable Timestamp base) {}

    /**
     * A write that has landed.
     *
     * @param updateTime the document's update time since
     * @param time the time of the commit
     */
    record Landed(Timestamp updateTime, ServerTime time) {}

    /** The reasons why a write is not known to have landed. */
    enum Failure {
        /** The document was changed, or is being changed, by others: look again. */
        OVERTAKEN,
        /** It may have landed, or may still. */
        UNANSWERED,
        /** Firestore refused it. */
        REFUSED
    }

    /**
     * @param call makes the requests, and reports its outcome as unknown while a write is open
     * @param clientRepeats whether the client may send a commit twice by itself. Its refusals then say nothing of the first one
     */
    ConditionalCommit(FirestoreCall<?> call, boolean clientRepeats) {
        this.call = call;
        this.clientRepeats = clientRepeats;
    }

    /** Returns a number that no other write has. */
    static long newMark() {
        return ThreadLocalRandom.current().nextLong();
    }

    /**
     * Sends a write.
     *
     * @param batch its first write is the one that is conditional on the base
     * @param base the document's update time; null if there must be no document
     * @param mark the mark that the write leaves in the document
     * @param landed called once it has landed
     * @param failed called otherwise, with the reason and what Firestore's client threw
     */
    void send(
            WriteBatch batch,
            DocumentReference document,
            @Nullable Timestamp base,
            long mark,
            Consumer<Landed> landed,
            Failed failed) {
        Open sent = new Open(document.getPath(), base);
        open.add(sent);
        call.outcomeUnknown(true);
        long now = System.nanoTime();
        sentNanos.put(mark, now);
        call.request(batch::commit).whenComplete((written, failure) -> {
            if (failure == null) {
                settled(sent.path);
                sentNanos.remove(mark);
                call.progressed();
                hasLanded();
                call.guarded(() -> landed.accept(landed(written, now)));
                return;
            }
            Failure came = failureOf(failure, sent);
            unanswered |= came == Failure.UNANSWERED;
            mayHaveLanded |= unanswered || clientRepeats;
            call.outcomeUnknown(isUnknown());
            call.guarded(() -> failed.accept(came, failure));
        });
    }

    /** Adds the write of a lock's document to a batch, as its first one. */
    void prepare(WriteBatch batch, LockWrite write) {
        Timestamp base = write.base();
        if (base == null) {
            batch.create(write.reference(), write.fields());
        } else {
            batch.update(write.reference(), write.fields(), Precondition.updatedAt(base));
        }
    }

    /** Sends the write of a lock's document, which was {@linkplain #prepare prepared}. */
    void send(WriteBatch batch, LockWrite write, Consumer<Landed> landed, Failed failed) {
        send(batch, write.reference(), write.base(), write.next().mark(), landed, failed);
    }

    /** Called with the reason why a write is not known to have landed. */
    interface Failed {
        void accept(Failure came, Throwable thrown);
    }

    private static Landed landed(List<WriteResult> written, long sentNanos) {
        Timestamp updateTime = written.get(0).getUpdateTime();
        return new Landed(updateTime, ServerTime.of(updateTime, sentNanos, System.nanoTime()));
    }

    private Failure failureOf(Throwable failure, Open sent) {
        switch (FirestoreFailures.outcomeOf(failure)) {
            case CHANGED -> {
                settled(sent.path);
                return Failure.OVERTAKEN;
            }
            case CONTENDED -> {
                refused(sent);
                return Failure.OVERTAKEN;
            }
            case REFUSED -> {
                refused(sent);
                return Failure.REFUSED;
            }
            default -> {
                return Failure.UNANSWERED;
            }
        }
    }

    /** The document is not as any earlier write requires. */
    private void settled(String path) {
        open.removeIf(write -> write.path.equals(path));
    }

    /**
     * Returns what to report if the call ends at this moment. What a look has found counts only once the operation has decided on it, and
     * the call may end before.
     */
    boolean isUnknown() {
        return isOpen() || mayHaveLanded || hasLanded;
    }

    private void hasLanded() {
        hasLanded = true;
        call.outcomeUnknown(true);
    }

    /** A refusal is that of the last copy that the client sent. */
    private void refused(Open sent) {
        if (!clientRepeats) {
            open.remove(sent);
        }
    }

    /**
     * Takes note of the state of one document, as it was read after all writes that were sent.
     *
     * @param updateTime null if there is no document
     */
    void looked(DocumentReference document, @Nullable Timestamp updateTime) {
        open.removeIf(write -> write.path.equals(document.getPath()) && !Objects.equals(write.base, updateTime));
        call.outcomeUnknown(isUnknown());
    }

    /**
     * Takes note that a query has found none of the documents that were written, or only others: each has changed.
     *
     * @param found the paths of those it has found
     */
    void lookedInVain(Set<String> found) {
        open.removeIf(write -> !found.contains(write.path));
        call.outcomeUnknown(isUnknown());
    }

    /**
     * Returns the write of this operation that has left a document as it was read; empty if it was another's. Answers each once.
     *
     * @param updateTime the document's update time
     * @param mark the mark in it
     */
    Optional<Landed> landed(Timestamp updateTime, long mark) {
        Long sent = sentNanos.remove(mark);
        if (sent == null) {
            return Optional.empty();
        }
        hasLanded();
        return Optional.of(new Landed(updateTime, ServerTime.of(updateTime, sent, System.nanoTime())));
    }

    /** Returns whether a write of this operation may still land. */
    boolean isOpen() {
        return !open.isEmpty();
    }

    /** Returns whether the client itself has told that it had no answer to a write. */
    boolean wasUnanswered() {
        return unanswered;
    }

    /** Returns whether an earlier write may have landed unseen, and been changed by others since. */
    boolean mayHaveLanded() {
        return mayHaveLanded;
    }
}

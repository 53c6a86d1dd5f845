package io.syncguard.firestore;

import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.WriteBatch;
import io.syncguard.FenceToken;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import java.util.Objects;
import java.util.Optional;

/**
 * One fenced write: looks at the document's fence, and writes on condition that the document has not changed since. Each write changes the
 * document, by its mark at least, so an earlier one that was not answered fails on a later one.
 */
final class FencedWriteOperation {
    /** If others are faster so many times, they write without the lock. */
    private static final int MOST_CONFLICTS = 20;

    private final FirestoreCall<Optional<FenceToken>> call;
    private final DocumentReference document;
    private final FencedFields content;
    private final FenceToken fence;
    private final Retries retries;
    private final ConditionalCommit commit;
    private int conflicts;

    FencedWriteOperation(
            FirestoreCall<Optional<FenceToken>> call,
            DocumentReference document,
            FencedFields content,
            FenceToken fence) {
        this.call = call;
        this.document = document;
        this.content = content;
        this.fence = fence;
        this.retries = new Retries(call);
        this.commit = new ConditionalCommit(call, FirestoreStore.repeats(document.getFirestore()));
    }

    void look() {
        retries.read(document::get, (DocumentSnapshot found, Long sentNanos) -> decide(found));
    }

    private void decide(DocumentSnapshot found) {
        commit.looked(document, found.exists() ? found.getUpdateTime() : null);
        if (found.exists()) {
            if (found.get(FirestoreFencedDocuments.WRITE_FIELD) instanceof Long mark
                    && commit.landed(Objects.requireNonNull(found.getUpdateTime()), mark)
                            .isPresent()) {
                call.succeed(Optional.empty());
                return;
            }
            FenceToken recorded = recorded(found);
            if (recorded.compareTo(fence) > 0) {
                call.succeed(Optional.of(recorded));
                return;
            }
        }
        WriteBatch batch = document.getFirestore().batch();
        long mark = ConditionalCommit.newMark();
        try {
            content.replace(found, mark, batch);
        } catch (RuntimeException e) {
            // The values were changed meanwhile.
            throw unstorable(e);
        }
        commit.send(
                batch,
                document,
                found.exists() ? found.getUpdateTime() : null,
                mark,
                landed -> call.succeed(Optional.empty()),
                this::failed);
    }

    private FenceToken recorded(DocumentSnapshot found) {
        if (found.get(FirestoreFencedDocuments.FENCE_FIELD) instanceof String text) {
            try {
                return FenceToken.parse(text);
            } catch (LockException e) {
                throw foreign();
            }
        }
        throw foreign();
    }

    private LockException foreign() {
        return FirestoreFailures.of(
                LockErrorCode.INTERNAL,
                commit.mayHaveLanded(),
                call.operation(),
                call.lock(),
                "the document exists and its field '" + FirestoreFencedDocuments.FENCE_FIELD
                        + "' is missing or no fence of 15 digits; it was left alone. Use another document, or give this"
                        + " one the field, 000000000000001 for a start",
                null);
    }

    private LockException unstorable(Throwable why) {
        return FirestoreFailures.of(
                LockErrorCode.INVALID_ARGUMENT,
                commit.mayHaveLanded(),
                call.operation(),
                call.lock(),
                "Firestore cannot store these fields: they are too large or nested too deeply, a name is too long, or they were changed"
                        + " during the call; see the cause",
                why);
    }

    private void failed(ConditionalCommit.Failure came, Throwable thrown) {
        switch (came) {
            case REFUSED -> call.fail(FirestoreFailures.isInvalid(thrown) ? unstorable(thrown) : thrown);
            case UNANSWERED -> retries.later(thrown, this::look);
            case OVERTAKEN -> {
                if (++conflicts == MOST_CONFLICTS) {
                    call.fail(FirestoreFailures.of(
                            LockErrorCode.SERVICE_UNAVAILABLE,
                            commit.mayHaveLanded(),
                            call.operation(),
                            call.lock(),
                            "others change the document faster than this write gets through; do they write without the lock?",
                            thrown));
                } else {
                    retries.later(this::look);
                }
            }
        }
    }
}

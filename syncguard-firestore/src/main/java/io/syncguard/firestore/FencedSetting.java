package io.syncguard.firestore;

import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.WriteBatch;
import io.syncguard.FenceToken;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.firestore.FirestoreFailures.CommitOutcome;
import java.util.Optional;

/**
 * One fenced write: looks at the document's fence, and writes on condition that the document has not changed since.
 * Whatever a commit's failure was, the next look tells whether the fence still passes; a commit that is under way then
 * rests on the document as it was, and fails once somebody newer has written.
 */
final class FencedSetting {
    /** So many times somebody else was faster, which only writers without the lock can be. */
    private static final int MOST_CONFLICTS = 20;

    private final FirestoreCall<Optional<FenceToken>> call;
    private final DocumentReference document;
    private final FencedFields content;
    private final FenceToken fence;
    private final Again again = new Again();
    private int conflicts;
    private boolean unanswered;

    FencedSetting(
            FirestoreCall<Optional<FenceToken>> call,
            DocumentReference document,
            FencedFields content,
            FenceToken fence) {
        this.call = call;
        this.document = document;
        this.content = content;
        this.fence = fence;
    }

    void look() {
        again.reading(call, document::get, this::decide);
    }

    private void decide(DocumentSnapshot found) {
        if (found.exists()) {
            FenceToken recorded = recorded(found);
            if (recorded.compareTo(fence) > 0) {
                call.succeed(Optional.of(recorded));
                return;
            }
        }
        WriteBatch batch = document.getFirestore().batch();
        try {
            content.replace(found, batch);
        } catch (RuntimeException e) {
            throw LockException.invalidArgument("Firestore cannot store these fields; see the cause", e);
        }
        call.write(batch::commit).whenComplete((written, failure) -> {
            if (failure == null) {
                call.succeed(Optional.empty());
            } else {
                failed(failure);
            }
        });
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
                unanswered,
                call.operation(),
                call.lock(),
                "the document exists and its field '" + FirestoreFencedDocuments.FENCE_FIELD
                        + "' is missing or no fence of 15 digits; it was left alone. Use another document, or give this"
                        + " one the field, 000000000000001 for a start",
                null);
    }

    private void failed(Throwable failure) {
        CommitOutcome outcome = FirestoreFailures.outcomeOf(failure);
        unanswered |= outcome == CommitOutcome.UNKNOWN;
        if (!unanswered) {
            call.nothingWritten();
        }
        if (outcome == CommitOutcome.REFUSED) {
            call.fail(failure);
        } else if (outcome == CommitOutcome.CONFLICT && ++conflicts == MOST_CONFLICTS) {
            call.fail(FirestoreFailures.of(
                    LockErrorCode.SERVICE_UNAVAILABLE,
                    unanswered,
                    call.operation(),
                    call.lock(),
                    "others change the document faster than this write gets through; do they write without the lock?",
                    failure));
        } else {
            again.later(call, failure, this::look);
        }
    }
}

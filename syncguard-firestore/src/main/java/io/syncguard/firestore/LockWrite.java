package io.syncguard.firestore;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.FieldValue;
import io.syncguard.FenceToken;
import io.syncguard.LockId;
import io.syncguard.Ttl;
import io.syncguard.spi.HolderLabel;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One write of a lock's document: its fields, what it is conditional on, and what the document is once the write has landed. Immutable.
 *
 * @param reference the document
 * @param base the update time that the write is conditional on; null if there must be no document
 * @param fields what is written
 * @param next the document afterwards, but for its update time
 */
record LockWrite(DocumentReference reference, @Nullable Timestamp base, Map<String, Object> fields, LockDocument next) {

    /** Returns the document as it is after the write has landed. */
    LockDocument landed(Timestamp updateTime) {
        return new LockDocument(
                reference,
                updateTime,
                next.lockId(),
                next.key(),
                next.fence(),
                next.acquiredAtMillis(),
                next.expiresAtMillis(),
                next.releasedAtMillis(),
                next.mark(),
                next.waiting(),
                next.sweepable(),
                next.holder());
    }

    /** Makes the writes of one backend. Immutable and thread-safe. */
    static final class Maker {
        private final @Nullable Duration retention;
        private final HolderLabel holder;

        /**
         * @param retention how long a document stays that no acquire uses; null for ever (FST-10)
         * @param holder what locks say of their holder
         */
        Maker(@Nullable Duration retention, HolderLabel holder) {
            this.retention = retention;
            this.holder = holder;
        }

        /** Returns the write of an acquire. */
        LockWrite acquire(
                DocumentReference reference,
                Optional<LockDocument> present,
                LockId id,
                String key,
                FenceToken fence,
                LeaseStart start,
                Ttl ttl,
                int waiting) {
            long expiresAt = start.millis() + ttl.millis();
            Map<String, Object> fields = new HashMap<>();
            fields.put(LockDocument.LOCK_ID, id.value());
            fields.put(LockDocument.KEY, key);
            fields.put(LockDocument.FENCE, fence.toString());
            fields.put(LockDocument.ACQUIRED_AT, start.millis());
            LockDocument next = new LockDocument(
                    reference,
                    Timestamp.MIN_VALUE,
                    id.value(),
                    key,
                    fence.toString(),
                    start.millis(),
                    expiresAt,
                    0,
                    ConditionalCommit.newMark(),
                    waiting,
                    retention != null,
                    Objects.requireNonNullElse(holder.get(), LockDocument.NONE));
            return of(next, present, fields, expiresAt);
        }

        /** Returns the write that sets the end of a lock that is held. */
        LockWrite extend(LockDocument held, LeaseStart start, Ttl ttl) {
            long expiresAt = start.millis() + ttl.millis();
            return of(changed(held, held.lockId(), expiresAt, 0), Optional.of(held), new HashMap<>(), expiresAt);
        }

        /** Returns the write that frees a lock. */
        LockWrite release(LockDocument held, ServerTime time) {
            long now = TimeUnit.MICROSECONDS.toMillis(time.earliestMicros());
            Map<String, Object> fields = new HashMap<>(Map.of(LockDocument.LOCK_ID, LockDocument.NONE));
            return of(changed(held, LockDocument.NONE, 0, now), Optional.of(held), fields, now);
        }

        /** Returns the write of a document that holds nothing, where there was none. */
        LockWrite unheld(DocumentReference reference, String key, ServerTime time) {
            Map<String, Object> fields = new HashMap<>();
            fields.put(LockDocument.LOCK_ID, LockDocument.NONE);
            fields.put(LockDocument.KEY, key);
            fields.put(LockDocument.FENCE, LockDocument.NONE);
            fields.put(LockDocument.ACQUIRED_AT, 0L);
            LockDocument next = new LockDocument(
                    reference,
                    Timestamp.MIN_VALUE,
                    LockDocument.NONE,
                    key,
                    LockDocument.NONE,
                    0,
                    0,
                    time.millis(),
                    ConditionalCommit.newMark(),
                    0,
                    retention != null,
                    LockDocument.NONE);
            return of(next, Optional.empty(), fields, time.millis());
        }

        private LockDocument changed(LockDocument document, String lockId, long expiresAt, long releasedAt) {
            return new LockDocument(
                    document.reference(),
                    Timestamp.MIN_VALUE,
                    lockId,
                    document.key(),
                    document.fence(),
                    document.acquiredAtMillis(),
                    expiresAt,
                    releasedAt,
                    ConditionalCommit.newMark(),
                    document.waiting(),
                    retention != null,
                    lockId.equals(LockDocument.NONE) ? LockDocument.NONE : document.holder());
        }

        /** Adds the fields that every write has. The mark makes each one change the update time. */
        private LockWrite of(
                LockDocument next, Optional<LockDocument> present, Map<String, Object> fields, long usedUntil) {
            fields.put(LockDocument.EXPIRES_AT, next.expiresAtMillis());
            fields.put(LockDocument.RELEASED_AT, next.releasedAtMillis());
            fields.put(LockDocument.MARK, next.mark());
            fields.put(LockDocument.WAITING, next.waiting());
            if (retention != null) {
                fields.put(LockDocument.SWEEP_AT, ServerTime.timestamp(usedUntil + retention.toMillis()));
            } else if (present.isPresent() && present.get().sweepable()) {
                fields.put(LockDocument.SWEEP_AT, FieldValue.delete());
            }
            if (!next.holder().equals(present.map(LockDocument::holder).orElse(LockDocument.NONE))) {
                fields.put(
                        LockDocument.HOLDER,
                        next.holder().equals(LockDocument.NONE) ? FieldValue.delete() : next.holder());
            }
            return new LockWrite(next.reference(), LockDocument.updateTime(present), Map.copyOf(fields), next);
        }
    }
}

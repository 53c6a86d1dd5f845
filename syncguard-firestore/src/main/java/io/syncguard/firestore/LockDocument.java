package io.syncguard.firestore;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.DocumentSnapshot;
import io.syncguard.FenceToken;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockRecord;
import io.syncguard.spi.Tolerance;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one document of a key, as it was read or written: its lock and its counter. Immutable.
 *
 * @param updateTime the update time that a write is conditional on
 * @param lockId the id of the holder; empty once it is released
 * @param fence the last token (15 digits); empty if there was none
 * @param acquiredAtMillis when the lock was acquired
 * @param expiresAtMillis when its ttl ends; 0 once it is released
 * @param releasedAtMillis when it was released; 0 while it is held
 * @param mark a number that no other write has
 * @param waiting how many processes may wait for it, which are told of the release; more, if not all are known
 * @param sweepable whether a TTL policy may sweep it
 * @param holder who holds the lock, if its guard says so; empty otherwise (HLR-1)
 */
record LockDocument(
        DocumentReference reference,
        Timestamp updateTime,
        String lockId,
        String key,
        String fence,
        long acquiredAtMillis,
        long expiresAtMillis,
        long releasedAtMillis,
        long mark,
        int waiting,
        boolean sweepable,
        String holder) {

    static final String LOCK_ID = "lockId";
    static final String KEY = "key";
    static final String FENCE = "fence";
    static final String ACQUIRED_AT = "acquiredAtMs";
    static final String EXPIRES_AT = "expiresAtMs";
    static final String RELEASED_AT = "releasedAtMs";
    static final String MARK = "write";
    static final String WAITING = "waiters";
    static final String HOLDER = "holder";

    /** When a TTL policy of Firestore's may sweep the document, with a retention. */
    static final String SWEEP_AT = "sweepAt";

    /** In the place of an id, a token or a label where there was none. */
    static final String NONE = "";

    /**
     * Returns what a snapshot holds; empty if there is no document.
     *
     * @throws IllegalArgumentException if it is none of ours (ERR-3); the message names the field
     */
    static Optional<LockDocument> in(DocumentSnapshot snapshot) {
        if (!snapshot.exists()) {
            return Optional.empty();
        }
        Timestamp updateTime = snapshot.getUpdateTime();
        if (updateTime == null) {
            throw new IllegalArgumentException("update time");
        }
        return Optional.of(new LockDocument(
                snapshot.getReference(),
                updateTime,
                text(snapshot, LOCK_ID),
                text(snapshot, KEY),
                text(snapshot, FENCE),
                number(snapshot, ACQUIRED_AT),
                number(snapshot, EXPIRES_AT),
                numberOrZero(snapshot, RELEASED_AT),
                numberOrZero(snapshot, MARK),
                (int) Math.min(numberOrZero(snapshot, WAITING), Integer.MAX_VALUE),
                snapshot.contains(SWEEP_AT),
                snapshot.get(HOLDER) instanceof String holder ? holder : NONE));
    }

    private static String text(DocumentSnapshot snapshot, String field) {
        if (snapshot.get(field) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException(field);
    }

    private static long number(DocumentSnapshot snapshot, String field) {
        if (snapshot.get(field) instanceof Long number) {
            return number;
        }
        throw new IllegalArgumentException(field);
    }

    private static long numberOrZero(DocumentSnapshot snapshot, String field) {
        return snapshot.get(field) instanceof Long number ? number : 0;
    }

    /** Returns whether processes may wait for the lock. */
    boolean awaited() {
        return waiting > 0;
    }

    boolean isReleased() {
        return expiresAtMillis == 0;
    }

    boolean isLive(long now) {
        return !isReleased() && Tolerance.isLive(expiresAtMillis, now);
    }

    boolean isOf(LockId id) {
        return lockId.equals(id.value());
    }

    /** Returns whether the id holds the lock at a time. */
    boolean isHeldBy(LockId id, long now) {
        return isOf(id) && isLive(now);
    }

    /**
     * Returns the last token; 0 if there was none.
     *
     * @throws IllegalArgumentException if it is none of ours (ERR-3)
     */
    long lastFence() {
        return fence.equals(NONE) ? 0 : fenceToken().value();
    }

    /**
     * Returns the token of the holder.
     *
     * @throws IllegalArgumentException if it is none of ours (ERR-3)
     */
    FenceToken fenceToken() {
        try {
            return FenceToken.parse(fence);
        } catch (LockException e) {
            throw new IllegalArgumentException(FENCE);
        }
    }

    /**
     * Returns what a lookup answers of a live lock.
     *
     * @throws IllegalArgumentException if it is none of ours (ERR-3)
     */
    LockRecord record(long now) {
        LockId id;
        try {
            id = LockId.of(lockId);
        } catch (LockException e) {
            throw new IllegalArgumentException(LOCK_ID);
        }
        return new LockRecord(
                key,
                id,
                fenceToken(),
                Instant.ofEpochMilli(acquiredAtMillis),
                Instant.ofEpochMilli(expiresAtMillis),
                Duration.ofMillis(Math.max(0, expiresAtMillis - now)),
                holder.equals(NONE) ? Optional.empty() : Optional.of(holder));
    }

    /** Returns the update time of a document that may not be there. */
    static @Nullable Timestamp updateTime(Optional<LockDocument> document) {
        return document.map(LockDocument::updateTime).orElse(null);
    }
}

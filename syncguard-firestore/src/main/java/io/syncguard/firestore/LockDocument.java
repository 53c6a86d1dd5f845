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
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One lock document as it was read, with the server's time of that read (TIME-4).
 *
 * @param lockId the holder's id, or another text in a document that marks an abandoned acquire
 * @param updateTime what a write that decides by this read is conditional on
 * @param queue those that wait for it
 */
record LockDocument(
        DocumentReference reference,
        Timestamp updateTime,
        String lockId,
        String key,
        String fence,
        long acquiredAtMillis,
        long expiresAtMillis,
        Queue queue) {

    static final String LOCK_ID = "lockId";
    static final String KEY = "key";
    static final String FENCE = "fence";
    static final String ACQUIRED_AT = "acquiredAtMs";
    static final String EXPIRES_AT = "expiresAtMs";

    /** When a TTL policy of Firestore's may sweep the document: well after it is dead to us. Counters have it too, with a retention. */
    static final String SWEEP_AT = "sweepAt";

    /** In the place of a lock id where there is none. */
    static final String NOBODY = "";

    private static final long SWEEP_AFTER_MILLIS = Duration.ofMinutes(5).toMillis();

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
                Queue.of(snapshot)));
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

    /** Returns the fields of a lock. */
    static Map<String, Object> fields(LockId id, String key, FenceToken fence, long acquiredAt, long expiresAt) {
        Map<String, Object> fields = new HashMap<>(expiry(expiresAt));
        fields.put(LOCK_ID, id.value());
        fields.put(KEY, key);
        fields.put(FENCE, fence.toString());
        fields.put(ACQUIRED_AT, acquiredAt);
        return fields;
    }

    /** Returns the fields of a document that holds nothing: its time is that of the release, or of the abandoning (ACQ-4). */
    static Map<String, Object> nobodys(String key, long now) {
        Map<String, Object> fields = new HashMap<>();
        fields.put(LOCK_ID, NOBODY);
        fields.put(KEY, key);
        fields.put(FENCE, NOBODY);
        fields.put(ACQUIRED_AT, now);
        fields.put(EXPIRES_AT, 0L);
        fields.put(SWEEP_AT, timestamp(now + SWEEP_AFTER_MILLIS));
        return fields;
    }

    /** Returns the fields that an extension sets. */
    static Map<String, Object> expiry(long expiresAt) {
        return Map.of(EXPIRES_AT, expiresAt, SWEEP_AT, timestamp(expiresAt + SWEEP_AFTER_MILLIS));
    }

    static Timestamp timestamp(long millis) {
        return Timestamp.ofTimeMicroseconds(millis * 1_000);
    }

    boolean isLive(long now) {
        return Tolerance.isLive(expiresAtMillis, now);
    }

    /** Returns when it is a process's turn to take a lock that was given back; long ago, if it was not. */
    long turnMillis(String process) {
        return lockId.equals(NOBODY) ? acquiredAtMillis + queue.slotsBefore(process) * Turns.SLOT.toMillis() : 0;
    }

    boolean isHeldBy(LockId id) {
        return lockId.equals(id.value());
    }

    /** Returns whether it is a lock that has been dead for so long that it may be deleted by the way (CHK-1). */
    boolean isLongDead(long now) {
        return !lockId.equals(NOBODY) && now - expiresAtMillis > 2 * Tolerance.MILLIS;
    }

    /**
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
                Duration.ofMillis(Math.max(0, expiresAtMillis - now)));
    }

    /** Returns the server's time of a read, in microseconds. */
    static long micros(Timestamp readTime) {
        return readTime.getSeconds() * 1_000_000 + readTime.getNanos() / 1_000;
    }

    /** Returns the server's time of a read, in milliseconds. */
    static long millis(@Nullable Timestamp readTime) {
        if (readTime == null) {
            throw new IllegalArgumentException("read time");
        }
        return readTime.getSeconds() * 1_000 + readTime.getNanos() / 1_000_000;
    }
}

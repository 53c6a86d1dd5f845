package io.syncguard.firestore;

import io.syncguard.LockKey;
import io.syncguard.spi.StorageKeys;
import java.nio.charset.StandardCharsets;

/**
 * The ids of lock and counter documents. A key that Firestore does not allow as an id takes the hash form as the id
 * (KEY-3), which no other key has. Immutable and thread-safe.
 */
final class DocumentIds {
    private static final int MOST_BYTES = 1_500;
    private static final String FENCE = "fence:";

    private final StorageKeys keys;

    DocumentIds(StorageKeys keys) {
        this.keys = keys;
    }

    /** Returns what is stored of a key as the document's field, at most 512 bytes (KEY-4). */
    String stored(LockKey key) {
        return keys.stored(key);
    }

    /** Returns the id of a key's lock document. */
    String lock(LockKey key) {
        String stored = keys.stored(key);
        return isAllowed(stored) ? stored : keys.hashed(key);
    }

    /** Returns the id of the counter that belongs to a lock document. */
    static String fence(String lockId) {
        return FENCE + lockId;
    }

    /** Returns whether Firestore allows a text as an id or a collection's name. */
    static boolean isAllowed(String text) {
        return !text.equals(".")
                && !text.equals("..")
                && !(text.startsWith("__") && text.endsWith("__"))
                && text.chars().noneMatch(c -> c == '/' || Character.isISOControl(c))
                && StandardCharsets.UTF_8.newEncoder().canEncode(text)
                && text.getBytes(StandardCharsets.UTF_8).length <= MOST_BYTES;
    }
}

package io.syncguard.firestore;

import io.syncguard.LockKey;
import io.syncguard.spi.StorageKeys;
import java.nio.charset.StandardCharsets;

/**
 * The ids of documents. A key that Firestore does not allow as an id takes the hash form as the id
 * (KEY-3), which no other key has. Immutable and thread-safe.
 */
final class DocumentIds {
    private static final int MOST_BYTES = 1_500;

    private final StorageKeys keys;
    private final boolean hashed;

    /**
     * @param hashed whether every key takes the hash form
     */
    DocumentIds(StorageKeys keys, boolean hashed) {
        this.keys = keys;
        this.hashed = hashed;
    }

    /** Returns what is stored of a key as the document's field, at most 512 bytes (KEY-4). */
    String stored(LockKey key) {
        return keys.stored(key);
    }

    /** Returns the id of a key's lock document. */
    String lock(LockKey key) {
        String stored = keys.stored(key);
        return !hashed && isAllowed(stored) ? stored : keys.hashed(key);
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

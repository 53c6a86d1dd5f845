package io.syncguard;

import java.text.Normalizer;
import org.jspecify.annotations.Nullable;

/**
 * The name of a lock: any non-empty, well-formed Unicode string, in NFC (KEY-1, KEY-2). Immutable and thread-safe.
 *
 * <p>Two strings that differ only in how they compose a character are one key. {@code toString()} shows the
 * {@linkplain #fingerprint() fingerprint}, never the key.
 */
public final class LockKey {
    private final String value;
    private volatile @Nullable String fingerprint;

    private LockKey(String value) {
        this.value = value;
    }

    /**
     * Returns the key for a string.
     *
     * @param key not empty, no unpaired surrogate
     * @throws LockException {@code INVALID_ARGUMENT} if the key is null, empty or not well-formed
     */
    public static LockKey of(String key) {
        InvalidArgumentException.requireNonNull(key, "key");
        if (key.isEmpty()) {
            throw LockException.invalidArgument("a lock key must not be empty");
        }
        return new LockKey(isAscii(key) ? key : normalised(key));
    }

    private static boolean isAscii(String key) {
        for (int i = 0; i < key.length(); i++) {
            if (key.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static String normalised(String key) {
        int lone = UnpairedSurrogate.indexIn(key);
        if (lone >= 0) {
            throw LockException.invalidArgument("the lock key has an unpaired surrogate at index " + lone
                    + "; encode binary data (Base64, hex) before using it as a key");
        }
        return Normalizer.normalize(key, Normalizer.Form.NFC);
    }

    /** Returns the raw key, normalised to NFC. Never log it. */
    public String value() {
        return value;
    }

    /** Returns the 24 hex digits that stand for this key in logs and messages (KEY-8). */
    public String fingerprint() {
        String known = fingerprint;
        if (known == null) {
            known = Fingerprint.of(value);
            fingerprint = known;
        }
        return known;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LockKey that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    /** Returns {@code LockKey[fingerprint]}. */
    @Override
    public String toString() {
        return "LockKey[" + fingerprint() + "]";
    }
}

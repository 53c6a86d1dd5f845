package io.syncguard.spi;

import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where things of a lock are stored under a prefix (KEY-3 to KEY-7). The mapping from key to storage key is injective:
 * no user key can reach the reverse index, a counter, or another key's lock. Immutable and thread-safe.
 */
public final class StorageKeys {
    /** The prefix used where none is given. */
    public static final String DEFAULT_PREFIX = "syncguard";

    /** The most of a user key that is ever stored, in bytes of UTF-8 (KEY-4). */
    public static final int MAX_STORED_KEY_BYTES = 512;

    /** The longest prefix, in bytes of UTF-8 (KEY-7). */
    public static final int MAX_PREFIX_BYTES = 200;

    private static final int HASH_BYTES = 16;
    private static final Set<String> RESERVED = Set.of("id", "fence", "hash", "wait");

    private final String prefix;
    private final boolean rejectLongKeys;

    private StorageKeys(String prefix, boolean rejectLongKeys) {
        this.prefix = prefix;
        this.rejectLongKeys = rejectLongKeys;
    }

    /**
     * Returns the layout under a prefix, with long keys replaced by their hash form.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the prefix is invalid (KEY-7)
     */
    public static StorageKeys under(String prefix) {
        return under(prefix, false);
    }

    /**
     * Returns the layout under a prefix.
     *
     * @param prefix not blank, at most 200 bytes of UTF-8, no control characters, no empty segment at its end, no
     *     segment {@code id}, {@code fence}, {@code hash} or {@code wait}
     * @param rejectLongKeys whether a key above 512 bytes is refused instead of replaced by its hash form
     * @throws LockException {@code INVALID_ARGUMENT} if the prefix is invalid (KEY-7)
     */
    public static StorageKeys under(@Nullable String prefix, boolean rejectLongKeys) {
        return new StorageKeys(checkedPrefix(prefix), rejectLongKeys);
    }

    private static String checkedPrefix(@Nullable String prefix) {
        if (prefix == null || prefix.isBlank()) {
            throw LockException.invalidArgument(
                    "the key prefix must not be blank; leave it out to get '" + DEFAULT_PREFIX + "'");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(prefix)) {
            throw LockException.invalidArgument("the key prefix has an unpaired surrogate");
        }
        if (prefix.chars().anyMatch(Character::isISOControl)) {
            throw LockException.invalidArgument("the key prefix has a control character");
        }
        String normalised = Normalizer.normalize(prefix, Normalizer.Form.NFC);
        if (normalised.getBytes(StandardCharsets.UTF_8).length > MAX_PREFIX_BYTES) {
            throw LockException.invalidArgument("the key prefix is longer than " + MAX_PREFIX_BYTES + " bytes");
        }
        if (normalised.endsWith(":")) {
            throw LockException.invalidArgument("the key prefix must not end with ':'; the colon is added");
        }
        for (String segment : normalised.split(":", -1)) {
            if (RESERVED.contains(segment)) {
                throw LockException.invalidArgument("the key prefix must not have a segment '" + segment
                        + "': it would reach into the index or the counters of the shorter prefix");
            }
        }
        return normalised;
    }

    /** Returns the prefix, normalised to NFC. */
    public String prefix() {
        return prefix;
    }

    /**
     * Returns what is stored of a key, without the prefix: the key itself, or {@code hash:…} if it is longer than 512
     * bytes or begins with a reserved segment (KEY-4 to KEY-6).
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the key is too long and long keys are refused
     */
    public String stored(LockKey key) {
        String raw = key.value();
        if (isTooLong(raw)) {
            if (rejectLongKeys) {
                throw LockException.invalidArgument("the lock key [" + key.fingerprint() + "] is longer than "
                        + MAX_STORED_KEY_BYTES + " bytes, and this backend was told to refuse such keys");
            }
            return hashForm(raw);
        }
        return beginsWithReservedSegment(raw) ? hashForm(raw) : raw;
    }

    /** Returns the hash form of a key, for stores that cannot take the key itself as a name (KEY-3, KEY-6). */
    public String hashed(LockKey key) {
        return hashForm(key.value());
    }

    /** Returns where a lock is stored whose {@linkplain #stored(LockKey) stored key} is given. */
    public String lock(String stored) {
        return prefix + ":" + stored;
    }

    /** Returns where the counter of a lock is stored whose {@linkplain #stored(LockKey) stored key} is given. */
    public String fence(String stored) {
        return prefix + ":fence:" + stored;
    }

    /** Returns where those are listed who wait for a lock whose {@linkplain #stored(LockKey) stored key} is given. */
    public String waiting(String stored) {
        return prefix + ":wait:" + stored;
    }

    /** Returns where the reverse index of a lock id is stored. */
    public String index(LockId id) {
        return prefix + ":id:" + id.value();
    }

    private static boolean isTooLong(String raw) {
        // One char is one to three bytes, so most keys need no counting.
        if (raw.length() * 3L <= MAX_STORED_KEY_BYTES) {
            return false;
        }
        return raw.length() > MAX_STORED_KEY_BYTES
                || raw.getBytes(StandardCharsets.UTF_8).length > MAX_STORED_KEY_BYTES;
    }

    private static boolean beginsWithReservedSegment(String raw) {
        return raw.startsWith("id:") || raw.startsWith("fence:") || raw.startsWith("hash:") || raw.startsWith("wait:");
    }

    private static String hashForm(String raw) {
        byte[] digest = sha256(raw.getBytes(StandardCharsets.UTF_8));
        byte[] head = Arrays.copyOf(digest, HASH_BYTES);
        return "hash:" + Base64.getUrlEncoder().withoutPadding().encodeToString(head);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JVM has SHA-256", e);
        }
    }
}

package io.syncguard;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The proof of ownership of one acquisition: 16 random bytes as 22 base64url characters (ID-1). Immutable and
 * thread-safe.
 *
 * <p>Whoever knows the id may release and extend the lock. {@code toString()} shows the
 * {@linkplain #fingerprint() fingerprint}, never the id.
 */
public final class LockId {
    /** The length of every id, in characters. */
    public static final int LENGTH = 22;

    /** How many shards an id can tell apart. */
    public static final int SHARDS = 64;

    private static final int RANDOM_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final String DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /** Bytes, because most ids are only sent to a server. The text is made on request. */
    private final byte[] ascii;

    private LockId(byte[] ascii) {
        this.ascii = ascii;
    }

    /** Returns a fresh id from a cryptographically strong generator. */
    public static LockId random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(bytes);
        return new LockId(ENCODER.encode(bytes));
    }

    /**
     * Returns a fresh id whose last character says a shard, for backends that must find a lock's place by its id alone
     * (ID-2). The other 21 characters are random: 126 bits.
     *
     * @param shard from 0, below {@link #SHARDS}
     * @throws IndexOutOfBoundsException if it is not
     */
    public static LockId random(int shard) {
        LockId id = random();
        id.ascii[LENGTH - 1] = (byte) DIGITS.charAt(shard);
        return id;
    }

    /**
     * Returns the id with a known text, such as one stored by an earlier process.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the text is not 22 characters of {@code A-Z a-z 0-9 _ -}
     */
    public static LockId of(String value) {
        if (!isWellFormed(value)) {
            throw LockException.invalidArgument(
                    "a lock id is exactly 22 characters of A-Z, a-z, 0-9, '-' and '_', as acquire returned it");
        }
        return new LockId(value.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static boolean isWellFormed(@Nullable String value) {
        if (value == null || value.length() != LENGTH) {
            return false;
        }
        for (int i = 0; i < LENGTH; i++) {
            if (!isBase64Url(value.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBase64Url(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    /** Returns the shard that the last character says, from 0; as good as random in an id that was made without one. */
    public int shard() {
        return DIGITS.indexOf(ascii[LENGTH - 1]);
    }

    /** Returns the raw id. Never log it: it is a capability. */
    public String value() {
        return new String(ascii, StandardCharsets.ISO_8859_1);
    }

    /** Returns the raw id as bytes of ASCII, a copy. Never log it. */
    public byte[] toBytes() {
        return ascii.clone();
    }

    /** Returns the 24 hex digits that stand for this id in logs and messages (KEY-8). */
    public String fingerprint() {
        return Fingerprint.of(value());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LockId that && Arrays.equals(ascii, that.ascii);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ascii);
    }

    /** Returns {@code LockId[fingerprint]}. */
    @Override
    public String toString() {
        return "LockId[" + fingerprint() + "]";
    }
}

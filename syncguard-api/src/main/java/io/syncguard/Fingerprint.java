package io.syncguard;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/**
 * What stands for a raw key or lock id in logs, messages, metrics and {@code toString()}: the first 96 bits of its
 * SHA-256, as 24 hex digits (KEY-8).
 */
public final class Fingerprint {
    private static final int BYTES = 12;
    private static final String HASH_FORM = "hash:";
    private static final int HASH_FORM_LENGTH = HASH_FORM.length() + 22;

    private Fingerprint() {}

    /** Returns the fingerprint of a raw value's UTF-8 form. Pure; never blocks. */
    public static String of(String raw) {
        byte[] digest = sha256(raw.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest, 0, BYTES);
    }

    /**
     * Returns the fingerprint of a key by what is stored of it: the same as that of the key itself, also where its hash form is
     * stored in its place (KEY-6). Pure; never blocks.
     */
    public static String ofStored(String stored) {
        return stored.startsWith(HASH_FORM) && stored.length() == HASH_FORM_LENGTH ? ofHashForm(stored) : of(stored);
    }

    private static String ofHashForm(String stored) {
        try {
            byte[] head = Base64.getUrlDecoder().decode(stored.substring(HASH_FORM.length()));
            return HexFormat.of().formatHex(head, 0, BYTES);
        } catch (IllegalArgumentException notOurs) {
            return of(stored);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JVM has SHA-256", e);
        }
    }
}

package io.syncguard;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What stands for a raw key or lock id in logs, messages, metrics and {@code toString()}: the first 96 bits of its
 * SHA-256, as 24 hex digits (KEY-8).
 */
public final class Fingerprint {
    private static final int BYTES = 12;

    private Fingerprint() {}

    /** Returns the fingerprint of a raw value's UTF-8 form. Pure; never blocks. */
    public static String of(String raw) {
        byte[] digest = sha256(raw.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest, 0, BYTES);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JVM has SHA-256", e);
        }
    }
}

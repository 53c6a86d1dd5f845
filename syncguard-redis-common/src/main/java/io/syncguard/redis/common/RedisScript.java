package io.syncguard.redis.common;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The scripts, each one atomic step on the server. Their sources are {@code .lua} files beside this class, whose headers
 * say keys, arguments and replies.
 */
@SuppressWarnings("ImmutableEnumChecker") // The arrays go to the wire as they are; a copy per call would be paid for.
public enum RedisScript {
    /** Takes a lock (ACQ-1). */
    ACQUIRE("acquire.lua", 3),
    /** Takes a lock, or registers the process as one that waits (WAI-4). The same script with one key more. */
    ACQUIRE_IN_LINE("acquire.lua", 4),
    /** Gives a lock back (REL-1), and tells whose turn it is (WAI-4). */
    RELEASE("release.lua", 1),
    /** Hands a turn on that nobody wants any more (WAI-4). */
    PASS_ON("pass_on.lua", 2),
    /** Prolongs a lock (EXT-1). */
    EXTEND("extend.lua", 1),
    /** Settles an acquire of unknown outcome (ACQ-4). */
    ABANDON("abandon.lua", 2),
    /** Says whether a key is locked (CHK-1). */
    IS_LOCKED("is_locked.lua", 1),
    /** Looks a lock up by key (LKP-1). */
    LOOKUP_BY_KEY("lookup_by_key.lua", 1),
    /** Looks a lock up by id (LKP-1). */
    LOOKUP_BY_ID("lookup_by_id.lua", 1),
    /** Writes or deletes a guarded value (GRD-4). */
    GUARDED_WRITE("guarded_write.lua", 1),
    /** Reads a guarded value (GRD-4). */
    GUARDED_READ("guarded_read.lua", 1);

    private final byte[] source;
    private final byte[] sha1;
    private final byte[] keyCount;

    RedisScript(String file, int keyCount) {
        this.source = read(file);
        this.sha1 = sha1(source);
        this.keyCount = Integer.toString(keyCount).getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns the source, for {@code EVAL}. Shared; not to be written to. */
    public byte[] source() {
        return source;
    }

    /** Returns the digest as 40 hex digits, for {@code EVALSHA}. Shared; not to be written to. */
    public byte[] sha1() {
        return sha1;
    }

    /** Returns how many keys the script takes, in decimal digits. Shared; not to be written to. */
    public byte[] keyCount() {
        return keyCount;
    }

    private static byte[] read(String file) {
        try (InputStream in = RedisScript.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks " + file);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] sha1(byte[] source) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(source);
            return HexFormat.of().formatHex(digest).getBytes(StandardCharsets.US_ASCII);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JVM has SHA-1", e);
        }
    }
}

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
    /** Takes a lock (ACQ-1), or registers the process as one that waits (WAI-4). */
    ACQUIRE("acquire.lua"),
    /** Gives a lock back (REL-1), and tells whose turn it is (WAI-4). */
    RELEASE("release.lua"),
    /** Hands a turn on that nobody wants any more (WAI-4). */
    PASS_ON("pass_on.lua"),
    /** Prolongs locks (EXT-1). */
    EXTEND("extend.lua"),
    /** Settles an acquire of unknown outcome (ACQ-4). */
    ABANDON("abandon.lua"),
    /** Finds out whether locks can be acquired (OPT-7). */
    PING("ping.lua"),
    /** Says whether a key is locked (CHK-1). */
    IS_LOCKED("is_locked.lua"),
    /** Looks a lock up by key (LKP-1). */
    LOOKUP_BY_KEY("lookup_by_key.lua"),
    /** Looks a lock up by id (LKP-1). */
    LOOKUP_BY_ID("lookup_by_id.lua"),
    /** Lists locks (LST-1). */
    LIST("list.lua"),
    /** Writes or deletes a fenced value (GRD-4). */
    FENCED_WRITE("fenced_write.lua"),
    /** Reads a fenced value (GRD-4). */
    FENCED_READ("fenced_read.lua"),
    /** Counts fence counters and what they take up. */
    FENCE_MEMORY("fence_memory.lua"),
    /** Says what the server tells of itself (RDS-30). */
    SERVER_STATE("server_state.lua");

    private final byte[] source;
    private final byte[] sha1;

    RedisScript(String file) {
        this.source = read(file);
        this.sha1 = sha1(source);
    }

    /** Returns whether it finds a lock by its id, and so may find the id and not the lock. */
    boolean isById() {
        return this == RELEASE || this == EXTEND || this == LOOKUP_BY_ID;
    }

    /** Returns the source, for {@code EVAL}. Shared; not to be written to. */
    public byte[] source() {
        return source;
    }

    /** Returns the digest as 40 hex digits, for {@code EVALSHA}. Shared; not to be written to. */
    public byte[] sha1() {
        return sha1;
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

package io.syncguard.redis.common;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.syncguard.Ttl;
import io.syncguard.spi.StorageKeys;
import io.syncguard.spi.Tolerance;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Names and arguments as bytes, under one prefix, or in one shard of it. Each acquire and release comes through here, so what can be made
 * once is. Thread-safe; what it returns is not to be written to.
 */
final class Wire {
    private final byte[] lockStart;
    private final byte[] fenceStart;
    private final byte[] waitingStart;
    private final byte[] indexStart;
    private final int shard;
    private final boolean inCluster;
    private volatile Times times = new Times(1);

    /**
     * A ttl and how long lock and index are there physically, which outlive it by the tolerance, so that presence is
     * liveness (TIME-3).
     */
    static final class Times {
        private final long ttlMillis;
        private final byte[] ttl;
        private final byte[] physical;

        private Times(long ttlMillis) {
            this.ttlMillis = ttlMillis;
            this.ttl = ascii(ttlMillis);
            this.physical = ascii(Tolerance.freeAtMillis(ttlMillis));
        }

        byte[] ttl() {
            return ttl;
        }

        byte[] physical() {
            return physical;
        }
    }

    private Wire(StorageKeys keys, int shard, boolean inCluster) {
        this.shard = shard;
        this.inCluster = inCluster;
        this.lockStart = utf8(keys.lock(""));
        this.fenceStart = utf8(keys.fence(""));
        this.waitingStart = utf8(keys.waiting(""));
        this.indexStart = utf8(keys.prefix() + ":id:");
    }

    static Wire onOneServer(StorageKeys keys) {
        return new Wire(keys, 0, false);
    }

    /**
     * @param shard which of all shards it is
     */
    static Wire inCluster(StorageKeys keys, int shard) {
        return new Wire(keys, shard, true);
    }

    int shard() {
        return shard;
    }

    /** Returns whether messages go to the subscribers of a slot, and to nobody on other nodes. */
    boolean isInCluster() {
        return inCluster;
    }

    /** Returns the channel on which a process is told that it is its turn. */
    byte[] channel(byte[] process) {
        return joined(joined(lockStart, utf8("wake:")), process);
    }

    /** Returns what each name of a lock begins with: the prefix with its colon. */
    byte[] start() {
        return lockStart;
    }

    /** Returns what the name of a reverse index begins with. */
    byte[] indexStart() {
        return indexStart;
    }

    byte[] lock(byte[] stored) {
        return joined(lockStart, stored);
    }

    byte[] fence(byte[] stored) {
        return joined(fenceStart, stored);
    }

    byte[] waiting(byte[] stored) {
        return joined(waitingStart, stored);
    }

    byte[] index(byte[] id) {
        return joined(indexStart, id);
    }

    static byte[] joined(byte[] start, byte[] end) {
        byte[] name = Arrays.copyOf(start, start.length + end.length);
        System.arraycopy(end, 0, name, start.length, end.length);
        return name;
    }

    /** Returns a ttl as arguments. Most callers use one and the same. */
    Times times(Ttl ttl) {
        Times last = times;
        if (last.ttlMillis == ttl.millis()) {
            return last;
        }
        Times fresh = new Times(ttl.millis());
        times = fresh;
        return fresh;
    }

    /** Returns a stored key as a JSON string. */
    static byte[] json(byte[] stored) {
        for (byte each : stored) {
            // Part of a character beyond ASCII is negative, and stands for itself.
            if (each == '"' || each == '\\' || (each >= 0 && each < ' ')) {
                return escaped(stored);
            }
        }
        byte[] quoted = new byte[stored.length + 2];
        quoted[0] = '"';
        System.arraycopy(stored, 0, quoted, 1, stored.length);
        quoted[stored.length + 1] = '"';
        return quoted;
    }

    private static byte[] escaped(byte[] stored) {
        String text = new String(stored, StandardCharsets.UTF_8);
        return utf8('"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"');
    }

    static byte[] ascii(long number) {
        return Long.toString(number).getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

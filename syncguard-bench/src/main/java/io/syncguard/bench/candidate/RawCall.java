package io.syncguard.bench.candidate;

import io.syncguard.redis.common.RedisScript;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One call of a script, in the forms that the clients take. Not to be written to. */
final class RawCall {
    private final byte[] sha1;
    private final String digest;
    private final byte[][] keys;
    private final byte[][] arguments;

    RawCall(RedisScript script, byte[][] keys, byte[][] arguments) {
        this(script.sha1(), new String(script.sha1(), StandardCharsets.US_ASCII), keys, arguments);
    }

    private RawCall(byte[] sha1, String digest, byte[][] keys, byte[][] arguments) {
        this.sha1 = sha1;
        this.digest = digest;
        this.keys = keys;
        this.arguments = arguments;
    }

    /** Returns the same call for another id: its index is the key at that place, the id the first argument. */
    RawCall with(byte[] index, int place, byte[] id) {
        byte[][] otherKeys = keys.clone();
        otherKeys[place] = index;
        byte[][] otherArguments = arguments.clone();
        otherArguments[0] = id;
        return new RawCall(sha1, digest, otherKeys, otherArguments);
    }

    byte[] sha1() {
        return sha1;
    }

    String digest() {
        return digest;
    }

    byte[][] keys() {
        return keys;
    }

    byte[][] arguments() {
        return arguments;
    }

    List<byte[]> keyList() {
        return Arrays.asList(keys);
    }

    List<byte[]> argumentList() {
        return Arrays.asList(arguments);
    }

    /** Returns the letter that a reply begins with; each outcome has its own. */
    static char outcome(@Nullable Object reply) {
        if (reply instanceof byte[] bytes && bytes.length > 0) {
            return (char) bytes[0];
        }
        throw new IllegalStateException("a script of ours replies otherwise");
    }

    /** Throws unless a reply begins with a letter. */
    static void require(char outcome, @Nullable Object reply) {
        char found = outcome(reply);
        if (found != outcome) {
            throw new IllegalStateException("the script replied " + found + " where " + outcome + " was due");
        }
    }
}

package io.syncguard.bench.candidate;

import io.syncguard.redis.common.RedisScript;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One call of a script, in the forms that the clients take. Not to be written to. */
final class RawCall {
    private final byte[] sha1;
    private final String digest;
    private final byte[][] keys;
    private final byte[][] arguments;
    private final List<byte[]> keyList;
    private final List<byte[]> argumentList;

    RawCall(RedisScript script, byte[][] keys, byte[][] arguments) {
        this.sha1 = script.sha1();
        this.digest = new String(sha1, StandardCharsets.US_ASCII);
        this.keys = keys;
        this.arguments = arguments;
        this.keyList = List.of(keys);
        this.argumentList = List.of(arguments);
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
        return keyList;
    }

    List<byte[]> argumentList() {
        return argumentList;
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

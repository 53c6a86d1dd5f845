package io.syncguard.redis.jedis;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.args.Rawable;

/** An argument of a command, as it is. Jedis copies a plain array that it is given, and each call has a dozen. */
final class Argument implements Rawable {
    private final byte[] raw;

    /**
     * @param raw not copied, and not to be written to
     */
    Argument(byte[] raw) {
        this.raw = raw;
    }

    @Override
    public byte[] getRaw() {
        return raw;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Argument that && Arrays.equals(raw, that.raw);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(raw);
    }
}

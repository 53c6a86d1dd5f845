package io.syncguard.redis.lettuce;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.CommandArgs;
import io.netty.buffer.ByteBuf;
import io.syncguard.redis.common.RedisCall;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The arguments of a script's call, written to the wire as they are: no object for each of them and no text for each length,
 * which is most of what Lettuce's own make. Immutable.
 */
final class ScriptArguments extends CommandArgs<byte[], byte[]> {
    private static final int LINE_END = '\r' << 8 | '\n';

    private final byte[] script;
    private final byte[] keyCount;
    private final byte[][] keys;
    private final byte[][] arguments;

    /**
     * @param script its digest or its source
     */
    ScriptArguments(byte[] script, RedisCall<?> call) {
        super(ByteArrayCodec.INSTANCE);
        this.script = script;
        this.keyCount = call.keyCount();
        this.keys = call.keys();
        this.arguments = call.arguments();
    }

    @Override
    public int count() {
        return 2 + keys.length + arguments.length;
    }

    @Override
    public void encode(ByteBuf out) {
        write(script, out);
        write(keyCount, out);
        for (byte[] key : keys) {
            write(key, out);
        }
        for (byte[] argument : arguments) {
            write(argument, out);
        }
    }

    private static void write(byte[] argument, ByteBuf out) {
        out.writeByte('$');
        writeDigits(argument.length, out);
        out.writeShort(LINE_END);
        out.writeBytes(argument);
        out.writeShort(LINE_END);
    }

    private static void writeDigits(int number, ByteBuf out) {
        if (number >= 10) {
            writeDigits(number / 10, out);
        }
        out.writeByte('0' + number % 10);
    }

    @Override
    public ByteBuffer getFirstEncodedKey() {
        return ByteBuffer.wrap(Arrays.copyOf(keys[0], keys[0].length));
    }

    /** Returns no argument: Lettuce logs this, and they have keys and ids among them (KEY-8). */
    @Override
    public String toCommandString() {
        return "(" + count() + " arguments)";
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + toCommandString();
    }
}

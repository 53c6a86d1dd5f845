package io.syncguard.redis.lettuce;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.netty.buffer.ByteBuf;
import io.syncguard.redis.common.RedisCall;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The arguments of a script's call, as Lettuce shows them to those that observe commands. What goes to the wire is written without
 * them: no object for each argument, no list and no text for each length, which is most of what a request takes otherwise. Immutable.
 */
final class ScriptArguments extends CommandArgs<byte[], byte[]> {
    private static final int LINE_END = '\r' << 8 | '\n';

    private final byte[] script;
    private final RedisCall<?> call;

    /**
     * @param script its digest or its source
     */
    ScriptArguments(byte[] script, RedisCall<?> call) {
        super(ByteArrayCodec.INSTANCE);
        this.script = script;
        this.call = call;
    }

    /** Writes a whole request to the wire. */
    static void encode(ProtocolKeyword command, byte[] script, RedisCall<?> call, ByteBuf out) {
        out.writeByte('*');
        writeDigits(1 + count(call), out);
        out.writeShort(LINE_END);
        write(command.getBytes(), out);
        encode(script, call, out);
    }

    private static void encode(byte[] script, RedisCall<?> call, ByteBuf out) {
        write(script, out);
        write(call.keyCount(), out);
        for (byte[] key : call.keys()) {
            write(key, out);
        }
        for (byte[] argument : call.arguments()) {
            write(argument, out);
        }
    }

    private static int count(RedisCall<?> call) {
        return 2 + call.keys().length + call.arguments().length;
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
    public int count() {
        return count(call);
    }

    @Override
    public void encode(ByteBuf out) {
        encode(script, call, out);
    }

    @Override
    public ByteBuffer getFirstEncodedKey() {
        byte[] key = call.keys()[0];
        return ByteBuffer.wrap(Arrays.copyOf(key, key.length));
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

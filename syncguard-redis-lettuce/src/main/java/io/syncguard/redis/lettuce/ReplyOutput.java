package io.syncguard.redis.lettuce;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.ValueOutput;
import java.nio.ByteBuffer;

/** Takes up a reply, always on the thread that reads the connection, and tells the connection which thread that is. */
final class ReplyOutput extends ValueOutput<byte[], byte[]> {
    private final LettuceConnection shared;

    ReplyOutput(LettuceConnection shared) {
        super(ByteArrayCodec.INSTANCE);
        this.shared = shared;
    }

    @Override
    public void set(ByteBuffer bytes) {
        shared.readHere();
        super.set(bytes);
    }
}

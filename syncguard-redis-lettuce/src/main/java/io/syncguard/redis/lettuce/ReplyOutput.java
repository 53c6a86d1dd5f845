package io.syncguard.redis.lettuce;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.ValueOutput;
import java.nio.ByteBuffer;

/** Takes up a reply, always on the thread that reads the connection, and tells the pipeline which thread that is. */
final class ReplyOutput extends ValueOutput<byte[], byte[]> {
    private final Pipeline pipeline;

    ReplyOutput(Pipeline pipeline) {
        super(ByteArrayCodec.INSTANCE);
        this.pipeline = pipeline;
    }

    @Override
    public void set(ByteBuffer bytes) {
        pipeline.readHere();
        super.set(bytes);
    }

    @Override
    public void setError(ByteBuffer error) {
        pipeline.readHere();
        super.setError(error);
    }
}

package io.syncguard.redis.lettuce;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.syncguard.redis.common.ReplicaAcks;
import java.util.List;
import java.util.concurrent.CancellationException;

/** Asks, once for all requests that it was written with, how many replicas have what they wrote (RDS-15). */
final class ReplicaQuestion extends Command<byte[], byte[], Long> {
    private final List<LettuceCommand> askedFor;
    private final Pipeline pipeline;

    /**
     * @param askedFor what goes to the server right before it
     */
    ReplicaQuestion(ReplicaAcks acks, List<LettuceCommand> askedFor, Pipeline pipeline) {
        super(
                CommandType.WAIT,
                new IntegerOutput<>(ByteArrayCodec.INSTANCE),
                new CommandArgs<>(ByteArrayCodec.INSTANCE)
                        .add(acks.replicas())
                        .add(acks.timeout().toMillis()));
        this.askedFor = List.copyOf(askedFor);
        this.pipeline = pipeline;
    }

    /** Returns whether the server has answered a request that this was written with. */
    boolean isServerWaiting() {
        return askedFor.stream().anyMatch(LettuceCommand::awaitsReplicas);
    }

    @Override
    public void complete() {
        super.complete();
        pipeline.ended(this);
        Long replicas = output.getError() == null ? output.get() : null;
        askedFor.forEach(command -> command.acknowledged(replicas == null ? 0 : replicas));
    }

    @Override
    public boolean completeExceptionally(Throwable thrown) {
        boolean first = super.completeExceptionally(thrown);
        pipeline.ended(this);
        askedFor.forEach(command -> command.unacknowledged(thrown));
        return first;
    }

    @Override
    public void cancel() {
        super.cancel();
        pipeline.ended(this);
        askedFor.forEach(command -> command.unacknowledged(new CancellationException("Lettuce dropped the command")));
    }
}

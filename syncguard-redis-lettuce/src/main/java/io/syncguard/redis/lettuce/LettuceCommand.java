package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisException;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.netty.buffer.ByteBuf;
import io.syncguard.redis.common.RedisCall;
import io.syncguard.redis.common.ReplicaAcks;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/** One request as Lettuce wants it, which tells its call what became of it. */
final class LettuceCommand extends Command<byte[], byte[], byte[]> {
    private static final AtomicReferenceFieldUpdater<LettuceCommand, Pipeline.@Nullable Batch> BATCH =
            AtomicReferenceFieldUpdater.newUpdater(LettuceCommand.class, Pipeline.Batch.class, "batch");

    private static final AtomicIntegerFieldUpdater<LettuceCommand> TOLD =
            AtomicIntegerFieldUpdater.newUpdater(LettuceCommand.class, "told");

    private final LettuceCall<?> call;

    /** As it was when this was made: the call may go on with another one. */
    private final RedisCall<?> script;

    private final Pipeline pipeline;
    private final boolean asking;

    /** Read and cleared by {@link #BATCH}. */
    @SuppressWarnings("UnusedVariable")
    private volatile Pipeline.@Nullable Batch batch;

    /** How many replies had been read when it was written; negative while it was not. */
    private volatile long repliesAtSend = -1;

    private volatile long writtenNanos;

    /**
     * Not 0 once the call knows what became of this. Lettuce may tell of one request more than once, and so may a question to
     * replicas that breaks; a call that took note of both would send two requests for one.
     */
    @SuppressWarnings("UnusedVariable") // Read and set by TOLD.
    private volatile int told;

    /** Whether the answer is here and only counts once replicas have what it says. */
    private volatile boolean awaitsReplicas;

    /** Why nobody will ever say how many replicas have what it wrote; null while somebody may. */
    private volatile @Nullable Throwable unacknowledged;

    /**
     * @param bySource whether the script itself is sent, and not its digest
     * @param asking whether the server is to take it although its slot is not there yet
     */
    LettuceCommand(LettuceCall<?> call, Pipeline pipeline, RedisCall<?> script, boolean bySource, boolean asking) {
        super(bySource ? CommandType.EVAL : CommandType.EVALSHA, new ReplyOutput(pipeline));
        this.call = call;
        this.script = script;
        this.pipeline = pipeline;
        this.asking = asking;
    }

    private byte[] head() {
        return getType() == CommandType.EVAL
                ? script.script().source()
                : script.script().sha1();
    }

    @Override
    public void encode(ByteBuf out) {
        ScriptArguments.encode(getType(), head(), script, out);
    }

    /** Made only when somebody asks, as those do who observe commands. */
    @Override
    public CommandArgs<byte[], byte[]> getArgs() {
        return new ScriptArguments(head(), script);
    }

    boolean isAsking() {
        return asking;
    }

    /** Called before it is written, with those it is written with; returns false if it must not be any more. */
    boolean joins(Pipeline.Batch joined) {
        if (!call.claimSend()) {
            return false;
        }
        writtenNanos = System.nanoTime();
        repliesAtSend = pipeline.replies();
        batch = joined;
        return true;
    }

    /** Returns whether it was written so long ago, and nothing was read since. */
    boolean isUnheardFor(long nanos, long nowNanos) {
        return repliesAtSend >= 0 && nowNanos - writtenNanos >= nanos && pipeline.replies() == repliesAtSend;
    }

    /**
     * Called now and then. Lettuce forgets a request that comes while it closes the connection: it never tells what became of it.
     */
    void endIfForgotten() {
        if (repliesAtSend >= 0 && pipeline.isClosed()) {
            completeExceptionally(new RedisException("the connection is closed"));
        }
    }

    /** Called if it was not written, and its pipeline takes no more. */
    void moveOn() {
        call.sendElsewhere(this);
    }

    /** Returns which replicas are to be asked after it; null if none are. */
    @Nullable
    ReplicaAcks acks() {
        return script.acks();
    }

    /** Returns whether its own reply is here, and not yet how many replicas have what it wrote. */
    boolean awaitsReplicas() {
        return awaitsReplicas;
    }

    private boolean tellsFirst() {
        return TOLD.compareAndSet(this, 0, 1);
    }

    /** Called after its own reply, with how many replicas have what it wrote. */
    void acknowledged(long replicas) {
        if (awaitsReplicas && tellsFirst()) {
            call.answered(output.get(), replicas);
        }
    }

    /** Called if nobody will ever say how many replicas have what it wrote. Its own answer may still come before it counts as lost. */
    void unacknowledged(Throwable thrown) {
        unacknowledged = thrown;
        if (awaitsReplicas) {
            lost(thrown);
        }
    }

    private void lost(Throwable thrown) {
        if (tellsFirst()) {
            call.lost(this, thrown);
        }
    }

    Pipeline pipeline() {
        return pipeline;
    }

    private void leaveBatch() {
        Pipeline.Batch left = BATCH.getAndSet(this, null);
        if (left != null) {
            left.leave();
        }
    }

    @Override
    public void complete() {
        super.complete();
        String error = output.getError();
        if (error == null && acks() != null) {
            awaitsReplicas = true;
            Throwable thrown = unacknowledged;
            if (thrown != null) {
                lost(thrown);
            }
        } else if (!tellsFirst()) {
            // Too late: the call knows of another end.
        } else if (error == null) {
            call.answered(output.get(), 0);
        } else {
            call.refused(error, this);
        }
        leaveBatch();
    }

    @Override
    public boolean completeExceptionally(Throwable thrown) {
        boolean first = super.completeExceptionally(thrown);
        lost(thrown);
        leaveBatch();
        return first;
    }

    @Override
    public void cancel() {
        super.cancel();
        lost(new CancellationException("Lettuce dropped the command"));
        leaveBatch();
    }
}

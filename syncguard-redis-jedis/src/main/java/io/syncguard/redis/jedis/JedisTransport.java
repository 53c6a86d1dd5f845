package io.syncguard.redis.jedis;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.redis.common.Fingerprinted;
import io.syncguard.redis.common.RedisCall;
import io.syncguard.redis.common.RedisCallProgress;
import io.syncguard.redis.common.RedisCallProgress.Step;
import io.syncguard.redis.common.RedisFailures;
import io.syncguard.redis.common.RedisTransport;
import io.syncguard.spi.CallDeadlines;
import io.syncguard.spi.DaemonThreads;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Protocol.Command;

/**
 * Makes calls through Jedis on the calling thread, and sends them once more where the connection broke, or its pool was closed, and
 * the time allows. That is needed because the connections of a pool all look alive after the server went away and came back.
 * Thread-safe.
 */
final class JedisTransport implements RedisTransport.Blocking {
    private final CommandRunner runner;
    private final CallDeadlines deadlines;
    private final int connections;
    private final AtomicBoolean checks;
    private volatile boolean closed;

    /**
     * @param deadlines say when calls end
     * @param connections how many calls can be under way at once
     * @param checks whether the server is asked for settings to warn of, once it has answered
     */
    JedisTransport(CommandRunner runner, CallDeadlines deadlines, int connections, boolean checks) {
        this.runner = runner;
        this.deadlines = deadlines;
        this.connections = connections;
        this.checks = new AtomicBoolean(checks);
    }

    @Override
    public int mostCalls() {
        return connections;
    }

    @Override
    public CallDeadlines deadlines() {
        return deadlines;
    }

    @Override
    public <T extends @Nullable Object> T call(RedisCall<T> call) {
        return call(new RedisCallProgress<>(call, deadlines, System.nanoTime()));
    }

    private <T extends @Nullable Object> T call(RedisCallProgress<T> progress) {
        RedisFailures.refuseUnlessUsable(
                closed, progress.call().operation(), progress.call().lock());
        Step step;
        do {
            InFlightCall flight = new InFlightCall(
                    deadlines, progress.startedNanos(), progress.call().acks());
            step = sent(progress, flight);
            if (step == Step.PAUSE) {
                LockSupport.parkNanos(this, progress.pauseNanos());
                if (Thread.currentThread().isInterrupted()) {
                    step = progress.failed(JedisFailures.ended(
                            InFlightCall.End.INTERRUPTED,
                            progress.wasSentBefore(),
                            noConnection(flight),
                            progress.call().operation(),
                            progress.call().lock(),
                            null));
                }
            } else if (step == Step.UNDO) {
                undo(progress, flight.replicas());
                step = Step.DONE;
            }
        } while (step != Step.DONE);
        LockException failure = progress.failure();
        if (failure != null) {
            throw failure;
        }
        return progress.answer();
    }

    /** Sends a call once. */
    private Step sent(RedisCallProgress<?> progress, InFlightCall flight) {
        Object reply;
        try {
            reply = send(command(progress), flight);
        } catch (RuntimeException e) {
            return failed(progress, flight, e);
        }
        if (checks.get() && checks.compareAndSet(true, false)) {
            checkServer();
        }
        return progress.replied(reply, flight.wasSentBefore(), flight.replicas());
    }

    private void checkServer() {
        try {
            DaemonThreads.unstarted("syncguard-jedis-check", () -> JedisServerCheck.run(this))
                    .start();
        } catch (OutOfMemoryError noThread) {
            // Nothing is said then.
        }
    }

    private Step failed(RedisCallProgress<?> progress, InFlightCall flight, RuntimeException thrown) {
        RedisCall<?> call = progress.call();
        String error = flight.ended() == null ? JedisFailures.errorReply(thrown) : null;
        if (error != null) {
            Step step = progress.refused(error, flight.wasSentBefore(), thrown);
            return step == Step.REDIRECT
                    ? progress.failed(JedisFailures.redirected(
                            error, progress.wasSentBefore(), call.operation(), call.lock(), thrown))
                    : step;
        }
        boolean sent = flight.wasSent() || flight.wasSentBefore();
        LockException failure =
                translate(thrown, flight, progress.wasSentBefore() || sent, call.operation(), call.lock());
        boolean another = failure.code() == LockErrorCode.SERVICE_UNAVAILABLE
                && (flight.wasSent() || JedisFailures.isPoolClosed(thrown));
        Step step = progress.lost(sent, another, failure);
        if (step == Step.DONE && failure.code() == LockErrorCode.NETWORK_TIMEOUT && flight.wasSent()) {
            runner.fellSilent();
        }
        return step;
    }

    /** Takes back what too few replicas have, within the time of the call that wrote it. */
    private void undo(RedisCallProgress<?> progress, long replicas) {
        LockException failure = null;
        try {
            call(new RedisCallProgress<>(
                    Objects.requireNonNull(progress.call().undo()), deadlines, progress.startedNanos()));
        } catch (LockException e) {
            failure = e;
        }
        progress.undone(replicas, failure);
    }

    /**
     * Returns the reply to a command that is no script, as Jedis gives it. Blocks as a call does.
     *
     * @throws RuntimeException of Jedis' kinds if there is none
     */
    @Nullable
    Object command(CommandArguments command) {
        return send(command, new InFlightCall(deadlines, System.nanoTime(), null));
    }

    @Override
    public @Nullable String setting(byte[] name, String setting) {
        try {
            return JedisServerCheck.setting(this, name, setting);
        } catch (RuntimeException refused) {
            return null;
        }
    }

    @Override
    public void requireWait() {
        InFlightCall flight = new InFlightCall(deadlines, System.nanoTime(), null);
        try {
            send(new CommandArguments(Command.WAIT).add("0").add("1"), flight);
        } catch (RuntimeException e) {
            throw RedisFailures.noWait(translate(e, flight, false, LockOperation.VALIDATE, Fingerprinted.NO_ONE_LOCK));
        }
    }

    private @Nullable Object send(CommandArguments arguments, InFlightCall flight) {
        return runner.run(new CommandObject<>(arguments, flight), flight);
    }

    private static CommandArguments command(RedisCallProgress<?> progress) {
        RedisCall<?> call = progress.call();
        CommandArguments command = new CommandArguments(progress.isBySource() ? Command.EVAL : Command.EVALSHA)
                .add(new Argument(progress.head()))
                .add(new Argument(call.keyCount()));
        for (byte[] key : call.keys()) {
            command.key(new Argument(key));
        }
        for (byte[] argument : call.arguments()) {
            command.add(new Argument(argument));
        }
        return command;
    }

    private LockException translate(
            RuntimeException thrown, InFlightCall flight, boolean sent, LockOperation operation, Fingerprinted lock) {
        InFlightCall.End end = flight.ended();
        if (end == null && Thread.currentThread().isInterrupted()) {
            end = InFlightCall.End.INTERRUPTED;
        }
        if (end == InFlightCall.End.INTERRUPTED) {
            // Jedis may have taken the flag.
            Thread.currentThread().interrupt();
        }
        return end == null
                ? JedisFailures.thrown(thrown, sent, noConnection(flight), operation, lock)
                : JedisFailures.ended(end, sent, noConnection(flight), operation, lock, thrown);
    }

    /** Says why there was no connection in time, if that is why it failed. */
    private String noConnection(InFlightCall flight) {
        return JedisFailures.noConnection(deadlines, flight.startedNanos(), flight.wasEncrypting());
    }

    @Override
    public void close() {
        closed = true;
        runner.close();
    }
}

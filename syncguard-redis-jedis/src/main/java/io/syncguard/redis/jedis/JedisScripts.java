package io.syncguard.redis.jedis;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.redis.common.Fingerprinted;
import io.syncguard.redis.common.RedisCall;
import io.syncguard.redis.common.RedisFailures;
import io.syncguard.redis.common.RedisScript;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/**
 * Runs scripts: by digest, by source where the server does not know the digest, and once more where the connection
 * broke, or its pool was closed, and the time allows. Thread-safe.
 *
 * <p>Sending again is safe because the scripts are idempotent by lock id (ACQ-3), and it is needed because the
 * connections of a pool all look alive after the server went away and came back.
 */
final class JedisScripts implements AutoCloseable {
    /**
     * More than the idle connections of a common pool, each of which may have died unnoticed. A larger pool needs no more: it
     * puts a fresh connection in the place of one that was found dead, and lends that first.
     */
    private static final int MOST_SENDS = 10;

    /** How long a slot that is on its way is left alone, at first and at the most. */
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final CommandRunner runner;
    private final long timeoutNanos;
    private final Runnable firstAnswer;
    private volatile boolean answered;
    private volatile boolean closed;

    /**
     * @param firstAnswer is run once the server has answered for the first time; must not block
     */
    JedisScripts(CommandRunner runner, Duration timeout, Runnable firstAnswer) {
        this.runner = runner;
        this.timeoutNanos = timeout.toNanos();
        this.firstAnswer = firstAnswer;
    }

    /** Returns what the operation answers. Blocks for no longer than the operation timeout. */
    <T extends @Nullable Object> T run(RedisCall<T> call) {
        return run(call, System.nanoTime() + timeoutNanos);
    }

    private <T extends @Nullable Object> T run(RedisCall<T> asked, long deadlineNanos) {
        RedisFailures.refuseUnlessUsable(closed, asked.operation(), asked.lock());
        RedisCall<T> call = asked;
        CommandArguments command = evalSha(call);
        boolean sentBefore = false;
        long pauseNanos = FIRST_PAUSE_NANOS;
        for (int sends = 1; ; sends++) {
            InFlightCall flight = new InFlightCall(deadlineNanos, call.acks());
            Object reply;
            try {
                reply = send(command, flight);
            } catch (JedisNoScriptException e) {
                if (sends == MOST_SENDS) {
                    throw translate(e, flight, sentBefore, call);
                }
                // The server did not run anything. By source, which caches the script as well.
                command = eval(call);
                continue;
            } catch (RuntimeException e) {
                sentBefore |= flight.wasSentBefore();
                if (JedisFailures.isSlotUnderWay(e)
                        && call.waitsForSlot()
                        && System.nanoTime() + pauseNanos - deadlineNanos < 0) {
                    LockSupport.parkNanos(this, pauseNanos);
                    pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
                    sends--;
                    continue;
                }
                LockException failure = translate(e, flight, sentBefore, call);
                sentBefore |= flight.wasSent();
                boolean again = failure.code() == LockErrorCode.SERVICE_UNAVAILABLE
                        && ((failure.isOutcomeUnknown() && flight.wasSent()) || JedisFailures.isPoolClosed(e))
                        && sends < MOST_SENDS
                        && System.nanoTime() - deadlineNanos < 0;
                if (!again) {
                    if (failure.code() == LockErrorCode.NETWORK_TIMEOUT && flight.wasSent()) {
                        runner.fellSilent();
                    }
                    throw failure;
                }
                continue;
            }
            if (!answered) {
                answered();
            }
            sentBefore |= flight.wasSentBefore();
            RedisCall<T> again = call.again(reply);
            if (again != null) {
                call = again;
                command = evalSha(call);
                continue;
            }
            T answer = call.answer(reply, sentBefore);
            if (call.lacksReplicas(answer, flight.replicas())) {
                throw undone(call, flight.replicas(), deadlineNanos);
            }
            return answer;
        }
    }

    /** Takes back what too few replicas have, within the time of the call that wrote it. */
    private LockException undone(RedisCall<?> call, long replicas, long deadlineNanos) {
        RedisCall<?> undo = call.undo();
        LockException failure = null;
        if (undo != null) {
            try {
                run(undo, deadlineNanos);
            } catch (LockException e) {
                failure = e;
            }
        }
        return call.tooFewReplicas(replicas, failure);
    }

    private void answered() {
        synchronized (this) {
            if (answered) {
                return;
            }
            answered = true;
        }
        firstAnswer.run();
    }

    /**
     * Returns the reply to a command that is no script, as Jedis gives it. Blocks for no longer than the operation timeout.
     *
     * @throws RuntimeException of Jedis' kinds if there is none
     */
    @Nullable
    Object command(CommandArguments command) {
        return send(command, new InFlightCall(System.nanoTime() + timeoutNanos, null));
    }

    /**
     * Sees to it that the server can say what replicas have. Blocks for no longer than the operation timeout.
     *
     * @throws LockException if it cannot, or cannot be reached
     */
    void requireWait() {
        try {
            command(new CommandArguments(Command.WAIT).add("0").add("1"));
        } catch (RuntimeException e) {
            throw RedisFailures.noWait(
                    JedisFailures.thrown(e, false, false, LockOperation.VALIDATE, Fingerprinted.NO_ONE_LOCK));
        }
    }

    private @Nullable Object send(CommandArguments arguments, InFlightCall flight) {
        return runner.run(new CommandObject<>(arguments, flight), flight);
    }

    private static CommandArguments evalSha(RedisCall<?> call) {
        RedisScript script = call.script();
        return withArguments(new CommandArguments(Command.EVALSHA).add(new Argument(script.sha1())), call);
    }

    private static CommandArguments eval(RedisCall<?> call) {
        return withArguments(
                new CommandArguments(Command.EVAL)
                        .add(new Argument(call.script().source())),
                call);
    }

    private static CommandArguments withArguments(CommandArguments command, RedisCall<?> call) {
        command.add(new Argument(call.keyCount()));
        for (byte[] key : call.keys()) {
            command.key(new Argument(key));
        }
        for (byte[] argument : call.arguments()) {
            command.add(new Argument(argument));
        }
        return command;
    }

    private static LockException translate(
            RuntimeException thrown, InFlightCall flight, boolean sentBefore, RedisCall<?> call) {
        boolean sent = sentBefore || flight.wasSent();
        InFlightCall.End end = flight.ended();
        if (end == null && Thread.currentThread().isInterrupted()) {
            end = InFlightCall.End.INTERRUPTED;
        }
        if (end == InFlightCall.End.INTERRUPTED) {
            // Jedis may have taken the flag.
            Thread.currentThread().interrupt();
        }
        return end == null
                ? JedisFailures.thrown(thrown, sent, sentBefore, call.operation(), call.lock())
                : JedisFailures.ended(end, sent, call.operation(), call.lock(), thrown);
    }

    /** Ends calls in flight and refuses new ones. */
    @Override
    public void close() {
        closed = true;
        runner.close();
    }
}

package io.syncguard.redis.jedis;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.redis.common.Fingerprinted;
import io.syncguard.redis.common.RedisFailures;
import io.syncguard.redis.common.RedisScript;
import io.syncguard.redis.common.ScriptCall;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/**
 * Runs scripts: by digest, by source where the server does not know the digest, and once more where the connection
 * broke and the time allows. Thread-safe.
 *
 * <p>Sending again is safe because the scripts are idempotent by lock id (ACQ-3), and it is needed because the
 * connections of a pool all look alive after the server went away and came back.
 */
final class JedisScripts implements AutoCloseable {
    /** More than the idle connections of a common pool, each of which may have died unnoticed. */
    private static final int MOST_SENDS = 10;

    private final CommandRunner runner;
    private final long timeoutNanos;
    private volatile boolean closed;

    JedisScripts(CommandRunner runner, Duration timeout) {
        this.runner = runner;
        this.timeoutNanos = timeout.toNanos();
    }

    /** A reply, and whether an earlier send of the same request may have taken effect unseen. */
    record Reply(@Nullable Object value, boolean sentBefore) {}

    Reply run(ScriptCall call, LockOperation operation, Fingerprinted lock) {
        RedisFailures.refuseUnlessUsable(closed, operation, lock);
        long deadlineNanos = System.nanoTime() + timeoutNanos;
        CommandArguments command = evalSha(call);
        boolean sentBefore = false;
        for (int sends = 1; ; sends++) {
            InFlightCall flight = new InFlightCall(deadlineNanos);
            try {
                return new Reply(send(command, flight), sentBefore);
            } catch (JedisNoScriptException e) {
                if (sends == MOST_SENDS) {
                    throw translate(e, flight, sentBefore, operation, lock);
                }
                // The server did not run anything. By source, which caches the script as well.
                command = eval(call);
            } catch (RuntimeException e) {
                sentBefore |= flight.wasSent();
                LockException failure = translate(e, flight, sentBefore, operation, lock);
                boolean again = failure.code() == LockErrorCode.SERVICE_UNAVAILABLE
                        && failure.isOutcomeUnknown()
                        && flight.wasSent()
                        && sends < MOST_SENDS
                        && System.nanoTime() - deadlineNanos < 0;
                if (!again) {
                    throw failure;
                }
            }
        }
    }

    private @Nullable Object send(CommandArguments arguments, InFlightCall flight) {
        return runner.run(new CommandObject<>(arguments, flight).withPreProcessHook(flight), flight);
    }

    private static CommandArguments evalSha(ScriptCall call) {
        RedisScript script = call.script();
        return withArguments(new CommandArguments(Command.EVALSHA).add(script.sha1()), call);
    }

    private static CommandArguments eval(ScriptCall call) {
        return withArguments(
                new CommandArguments(Command.EVAL).add(call.script().source()), call);
    }

    private static CommandArguments withArguments(CommandArguments command, ScriptCall call) {
        command.add(call.script().keyCount());
        for (byte[] key : call.keys()) {
            command.key(key);
        }
        for (byte[] argument : call.arguments()) {
            command.add(argument);
        }
        return command;
    }

    private LockException translate(
            RuntimeException thrown, InFlightCall flight, boolean sent, LockOperation operation, Fingerprinted lock) {
        InFlightCall.End end = flight.ended();
        if (end != null) {
            return JedisFailures.ended(end, sent, operation, lock, thrown);
        }
        if (JedisFailures.isInterrupt(thrown)) {
            // The pool noticed the interrupt before the watchdog did, and took the flag.
            Thread.currentThread().interrupt();
        }
        if (Thread.currentThread().isInterrupted()) {
            return JedisFailures.ended(InFlightCall.End.INTERRUPTED, sent, operation, lock, thrown);
        }
        return JedisFailures.thrown(thrown, sent, operation, lock);
    }

    /** Ends calls in flight and refuses new ones. */
    @Override
    public void close() {
        closed = true;
        runner.close();
    }
}

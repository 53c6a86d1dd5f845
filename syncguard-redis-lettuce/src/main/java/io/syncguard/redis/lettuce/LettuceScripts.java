package io.syncguard.redis.lettuce;

import io.syncguard.LockErrorCode;
import io.syncguard.LockOperation;
import io.syncguard.redis.common.Fingerprinted;
import io.syncguard.redis.common.RedisFailures;
import io.syncguard.redis.common.ScriptCall;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs scripts over the shared connection and waits for their replies. Thread-safe. */
final class LettuceScripts implements AutoCloseable {
    private final LettuceConnection connection;
    private final long timeoutNanos;
    private final Set<LettuceCall> calls = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    LettuceScripts(LettuceConnection connection, Duration timeout) {
        this.connection = connection;
        this.timeoutNanos = timeout.toNanos();
    }

    /** A reply, and whether an earlier send of the same request may have taken effect unseen. */
    record Reply(Object value, boolean sentBefore) {}

    Reply run(ScriptCall script, LockOperation operation, Fingerprinted lock) {
        RedisFailures.refuseUnlessUsable(closed, operation, lock);
        if (connection.isReader()) {
            throw RedisFailures.of(
                    LockErrorCode.ABORTED,
                    false,
                    operation,
                    lock,
                    "this is the thread that reads Redis' replies, as in a callback of Lettuce's; blocking it would wait"
                            + " for a reply it cannot read. Move the call to another thread; nothing was sent",
                    null);
        }
        LettuceCall call = new LettuceCall(connection, script);
        calls.add(call);
        try {
            if (closed) {
                call.drop();
            }
            call.start();
            byte[] value = call.get(timeoutNanos, TimeUnit.NANOSECONDS);
            return new Reply(value, call.maybeSentTwice());
        } catch (ExecutionException e) {
            throw LettuceFailures.thrown(e, call.wasSent(), closed, operation, lock);
        } catch (CancellationException e) {
            throw LettuceFailures.aborted("the backend was closed during the call", call.wasSent(), operation, lock, e);
        } catch (TimeoutException e) {
            call.drop();
            throw LettuceFailures.timedOut(connection.isUp(), call.wasSent(), operation, lock);
        } catch (InterruptedException e) {
            call.drop();
            Thread.currentThread().interrupt();
            throw LettuceFailures.aborted("the calling thread was interrupted", call.wasSent(), operation, lock, e);
        } finally {
            calls.remove(call);
        }
    }

    /** Ends calls in flight, refuses new ones, and closes the connection. */
    @Override
    public void close() {
        closed = true;
        calls.forEach(LettuceCall::drop);
        connection.close();
    }
}

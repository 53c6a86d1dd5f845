package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.protocol.CommandType;
import io.syncguard.LockException;
import io.syncguard.redis.common.RedisCall;
import io.syncguard.redis.common.RedisErrors;
import io.syncguard.redis.common.RedisFailures;
import io.syncguard.redis.common.ReplicaAcks;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One operation on its way, and the future of its answer: by digest, and by source where the server does not know the
 * digest. Ending it early takes back what was not written yet; a reply that still comes is nobody's.
 */
final class LettuceCall<T> extends CompletableFuture<T> {
    private static final String UNKNOWN_SCRIPT = "NOSCRIPT";

    /** How long a slot that is on its way is left alone, at first and at the most. */
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int MOST_DOUBLINGS = 10;
    private static final int REDIRECTIONS_WITHOUT_PAUSE = 5;

    private final LettuceCalls calls;
    private final Route route;
    private final long deadlineNanos;
    private volatile RedisCall<T> call;
    private volatile @Nullable LettuceCommand command;

    /** Where it goes, or waits for a connection. */
    private volatile @Nullable LettuceConnection connection;

    /** Since when it waits for a connection, if it does. */
    private volatile long waitingNanos;

    /** Whether an earlier send may have taken effect unseen; read and written with one reply after the other, as is the pause. */
    private boolean maybeSentBefore;

    private int pauses;
    private int redirections;
    private boolean sent;
    private boolean ended;

    LettuceCall(LettuceCalls calls, Route route, RedisCall<T> call, long deadlineNanos) {
        this.calls = calls;
        this.route = route;
        this.call = call;
        this.deadlineNanos = deadlineNanos;
        this.waitingNanos = deadlineNanos - calls.timeoutNanos();
    }

    /** Sends the request on its way. */
    void send() {
        if (!isDone()) {
            route.send(this);
        }
    }

    /** Called with the connection to which it goes. */
    void goesTo(LettuceConnection next) {
        connection = next;
    }

    /** Called when it begins to wait for another connection. */
    void waitsAnew() {
        waitingNanos = System.nanoTime();
    }

    /** Sends the request after a pause, and returns true; false if there is no time for that. */
    boolean sendLater() {
        long pause = Math.min(FIRST_PAUSE_NANOS << pauses, LONGEST_PAUSE_NANOS);
        if (System.nanoTime() + pause - deadlineNanos >= 0) {
            return false;
        }
        pauses = Math.min(pauses + 1, MOST_DOUBLINGS);
        calls.later(this, pause);
        waitsAnew();
        return true;
    }

    /** Returns the key that says, in a cluster, where the request belongs. Not to be written to. */
    byte[] firstKey() {
        return call.keys()[0];
    }

    /** Puts the request into the pipeline. */
    void sendThrough(Pipeline pipeline, boolean asking) {
        RedisCall<T> request = call;
        send(
                new LettuceCommand(
                        this, pipeline, CommandType.EVALSHA, request.script().sha1(), request, asking),
                pipeline);
    }

    private void send(LettuceCommand next, Pipeline pipeline) {
        command = next;
        if (isDone()) {
            next.cancel();
        } else {
            pipeline.send(next);
        }
    }

    /** Called before the request is written; returns false if it must not be any more. */
    synchronized boolean claimSend() {
        if (ended) {
            return false;
        }
        sent = true;
        return true;
    }

    private synchronized boolean wasSent() {
        return sent;
    }

    /** Keeps the request from being written from here on, and returns whether it may have been. */
    private synchronized boolean endSending() {
        ended = true;
        return sent;
    }

    /** Returns which replicas are to be asked after the request; null if none are. */
    @Nullable
    ReplicaAcks acks() {
        return call.acks();
    }

    /**
     * Called with a reply, which may be that of a second send if Lettuce reconnected meanwhile.
     *
     * @param replicas how many have what was written, if they were asked
     */
    void answered(byte @Nullable [] reply, boolean maybeSentTwice, long replicas) {
        note(maybeSentTwice);
        RedisCall<T> again = call.again(reply);
        if (again != null) {
            call = again;
            send();
            return;
        }
        try {
            T answer = call.answer(reply, maybeSentBefore);
            if (call.lacksReplicas(answer, replicas)) {
                undo(replicas);
            } else {
                finish(answer);
            }
        } catch (LockException e) {
            finishExceptionally(e);
        }
    }

    /** Takes back what too few replicas have. The time of the call goes on. */
    private void undo(long replicas) {
        RedisCall<?> undo = call.undo();
        if (undo == null) {
            finishExceptionally(call.tooFewReplicas(replicas, null));
        } else {
            calls.start(undo)
                    .whenComplete((result, failure) -> finishExceptionally(call.tooFewReplicas(replicas, failure)));
        }
    }

    /** Called with an error reply to a request: the server's words. */
    void refused(String error, boolean maybeSentTwice, LettuceCommand request) {
        note(maybeSentTwice);
        Pipeline pipeline = request.pipeline();
        if (request.type() == CommandType.EVALSHA && error.startsWith(UNKNOWN_SCRIPT)) {
            // The server did not run anything. By source, which caches the script as well.
            send(
                    new LettuceCommand(
                            this, pipeline, CommandType.EVAL, call.script().source(), call, request.isAsking()),
                    pipeline);
        } else if (!isSentOnceMore(error)) {
            if (RedisErrors.isDemoted(error)) {
                pipeline.retire();
            }
            finishExceptionally(RedisFailures.errorReply(
                    error, maybeSentBefore, call.operation(), call.lock(), new RedisCommandExecutionException(error)));
        }
    }

    private void note(boolean maybeSentTwice) {
        if (maybeSentTwice) {
            maybeSentBefore = true;
        }
    }

    /** Sends it where a cluster has it now, or will have it soon, and returns whether it has. */
    private boolean isSentOnceMore(String error) {
        boolean isLater = RedisErrors.isSlotUnderWay(error) && call.waitsForSlot();
        if (!isLater && !Redirection.isOne(error)) {
            return false;
        }
        if (!maybeSentBefore) {
            takeBack();
        }
        // Nodes that send it back and forth need a moment to agree.
        boolean isBackAndForth = !isLater && ++redirections % REDIRECTIONS_WITHOUT_PAUSE == 0;
        return (isLater || isBackAndForth) ? sendLater() : route.redirect(this, error);
    }

    /** The server has said that it did nothing. */
    private synchronized void takeBack() {
        sent = false;
    }

    /** Called when there will be no reply to a request: it is sent again if its pipeline was left for another one. */
    void lost(LettuceCommand request, Throwable thrown) {
        if (isDone()) {
            return;
        }
        if (!request.pipeline().isLeft() || calls.isClosed()) {
            failed(thrown);
        } else if (System.nanoTime() - deadlineNanos < 0) {
            note(true);
            sendElsewhere(request);
        } else {
            endIfDue(System.nanoTime());
        }
    }

    /** Sends a request again, which has found its pipeline left. */
    void sendElsewhere(LettuceCommand request) {
        if (!isDone() && request == command) {
            command = null;
            waitsAnew();
            send();
        }
    }

    /** Called when there is no connection. */
    void failed(Throwable thrown) {
        if (!isDone()) {
            finishExceptionally(
                    LettuceFailures.thrown(thrown, wasSent(), calls.isClosed(), call.operation(), call.lock()));
        }
    }

    /** Called now and then. */
    void endIfDue(long nowNanos) {
        if (nowNanos - deadlineNanos >= 0 && !isDone()) {
            LettuceConnection used = connection;
            LettuceCommand request = command;
            // A connection that was given up because nobody answers was there all the same.
            boolean connected = calls.isUp() || (used != null && used.isSilent());
            LockException failure = LettuceFailures.timedOut(connected, endSending(), call.operation(), call.lock());
            if (used != null && isUnheard(request, nowNanos)) {
                // First, so that nothing else is written there.
                route.fellSilent(used, request == null ? null : request.pipeline());
            }
            finishExceptionally(failure);
        }
    }

    /** Returns whether it has waited long enough without a sign of life to take its connection for dead. */
    private boolean isUnheard(@Nullable LettuceCommand request, long nowNanos) {
        long longest = calls.timeoutNanos() / 2;
        return request == null ? nowNanos - waitingNanos >= longest : request.isUnheardFor(longest, nowNanos);
    }

    /** Ends the call because its backend is closed. */
    void abort() {
        if (!isDone()) {
            finishExceptionally(LettuceFailures.aborted(
                    "the backend was closed during the call", endSending(), call.operation(), call.lock(), null));
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        if (!isDone()) {
            finishExceptionally(
                    LockException.cancelled(call.operation(), call.lock().fingerprint(), endSending()));
        }
        return isCancelled();
    }

    private void finish(T answer) {
        calls.ended(this);
        complete(answer);
    }

    private void finishExceptionally(Throwable failure) {
        calls.ended(this);
        if (completeExceptionally(failure)) {
            LettuceCommand underWay = command;
            if (underWay != null) {
                underWay.cancel();
            }
        }
    }
}

package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.syncguard.LockException;
import io.syncguard.redis.common.RedisCall;
import io.syncguard.redis.common.RedisCallProgress;
import io.syncguard.redis.common.RedisCallProgress.Step;
import io.syncguard.redis.common.RedisErrors;
import io.syncguard.redis.common.RedisFailures;
import io.syncguard.spi.BackendClosed;
import io.syncguard.spi.CallDeadlines;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One operation on its way, and the future of its answer: by digest, and by source where the server does not know the
 * digest. Ending it early takes back what was not written yet; a reply that still comes is nobody's.
 */
final class LettuceCall<T> extends CompletableFuture<T> {
    @SuppressWarnings("rawtypes") // A class literal has no type arguments.
    private static final AtomicIntegerFieldUpdater<LettuceCall> SENDING =
            AtomicIntegerFieldUpdater.newUpdater(LettuceCall.class, "sending");

    /** It may have reached the server. */
    private static final int SENT = 1;

    /** It is not to be written any more. */
    private static final int ENDED = 2;

    private final LettuceTransport transport;
    private final Route route;

    /** Its events come with one reply after the other. */
    private final RedisCallProgress<T> progress;

    private volatile @Nullable LettuceCommand command;

    /** Where it goes, or waits for a connection. */
    private volatile @Nullable LettuceConnection connection;

    /** Since when it waits for a connection, if it does. */
    private volatile long waitingNanos;

    /** Which of {@link #SENT} and {@link #ENDED}. Callers hold this future, so its monitor is theirs. */
    private volatile int sending;

    LettuceCall(LettuceTransport transport, Route route, RedisCall<T> call, long startedNanos) {
        this.transport = transport;
        this.route = route;
        this.progress = new RedisCallProgress<>(call, transport.deadlines(), startedNanos);
        this.waitingNanos = startedNanos;
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
        boolean mayPause = progress.mayPause();
        if (mayPause) {
            resumeLater();
        }
        return mayPause;
    }

    private void resumeLater() {
        transport.later(this, progress.pauseNanos());
        waitsAnew();
    }

    /** Returns the key that says, in a cluster, where the request belongs. Not to be written to. */
    byte[] firstKey() {
        return call().keys()[0];
    }

    private RedisCall<T> call() {
        return progress.call();
    }

    /** Puts the request into the pipeline. */
    void sendThrough(Pipeline pipeline, boolean asking) {
        LettuceCommand next = new LettuceCommand(this, pipeline, call(), progress.isBySource(), asking);
        command = next;
        if (isDone()) {
            next.cancel();
        } else {
            pipeline.send(next);
        }
    }

    /** Called before the request is written; returns false if it must not be any more. */
    boolean claimSend() {
        return (SENDING.getAndUpdate(this, now -> (now & ENDED) == 0 ? SENT : now) & ENDED) == 0;
    }

    private boolean wasSent() {
        return (sending & SENT) != 0;
    }

    /** Keeps the request from being written from here on, and returns whether it may have been. */
    private boolean endSending() {
        return (SENDING.getAndUpdate(this, now -> now | ENDED) & SENT) != 0;
    }

    /** The server has said that it did nothing. */
    private void takeBack() {
        SENDING.getAndUpdate(this, now -> now & ~SENT);
    }

    /**
     * Called with a reply.
     *
     * @param replicas how many have what was written, if they were asked
     */
    void answered(byte @Nullable [] reply, long replicas) {
        Step step = progress.replied(reply, false, replicas);
        if (step == Step.UNDO) {
            undo(replicas);
        } else {
            take(step);
        }
    }

    private void take(Step step) {
        if (step == Step.SEND) {
            send();
        } else if (step == Step.DONE) {
            LockException failure = progress.failure();
            if (failure == null) {
                finish(progress.answer());
            } else {
                finishExceptionally(failure);
            }
        }
    }

    /** Takes back what too few replicas have. The time of the call goes on. */
    private void undo(long replicas) {
        transport
                .send(Objects.requireNonNull(call().undo()))
                .whenComplete((result, failure) -> take(progress.undone(replicas, failure)));
    }

    /** Called with an error reply to a request: the server's words. */
    void refused(String error, LettuceCommand request) {
        RedisCommandExecutionException cause = new RedisCommandExecutionException(error);
        Step step = progress.refused(error, false, cause);
        if (!progress.wasSentBefore()) {
            takeBack();
        }
        if (RedisErrors.isDemoted(error)) {
            request.pipeline().retire();
        }
        if (step == Step.PAUSE) {
            resumeLater();
        } else if (step != Step.REDIRECT) {
            take(step);
        } else if (!route.redirect(this, error)) {
            take(progress.refuseForGood(error, cause));
        }
    }

    /** Called when there will be no reply to a request: it is sent again if its pipeline was left for another one, or breaks. */
    void lost(LettuceCommand request, Throwable thrown) {
        if (isDone()) {
            return;
        }
        boolean another = request.pipeline().isLeft() && !transport.isClosed();
        LettuceConnection used = connection;
        if (!another
                && thrown instanceof RedisCommandTimeoutException
                && used != null
                && request.isUnheardFor(0, System.nanoTime())) {
            // The client has a timeout of its own, which is the shorter one.
            route.fellSilent(used, request.pipeline());
        }
        if (!another && thrown instanceof IOException && !transport.isClosed()) {
            // When a connection is reset, Lettuce drops the oldest request before it says that the connection broke.
            pauseOr(progress.broke(failure(thrown)));
        } else if (progress.lost(true, another, failure(thrown)) == Step.SEND) {
            sendElsewhere(request);
        } else {
            if (another) {
                // It is we who closed the connection, for its silence, and not a server that ended.
                endIfDue(System.nanoTime());
            }
            take(Step.DONE);
        }
    }

    /** Not at once: Lettuce may be in the middle of writing it. */
    private void pauseOr(Step step) {
        if (step == Step.PAUSE) {
            command = null;
            resumeLater();
        } else {
            take(step);
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
            finishExceptionally(failure(thrown));
        }
    }

    private LockException failure(Throwable thrown) {
        return !transport.isClosed() && transport.isClientShutDown()
                ? RedisFailures.clientClosed(wasSent(), call().operation(), call().lock(), thrown)
                : LettuceFailures.thrown(
                        thrown, wasSent(), transport.isClosed(), noConnection(), call().operation(), call().lock());
    }

    /** Says why there was no connection in time, if that is why it failed. */
    private String noConnection() {
        return RedisFailures.noConnection(transport.deadlines(), progress.startedNanos(), transport.isEncrypting());
    }

    /** Called now and then. */
    void endIfDue(long nowNanos) {
        if (nowNanos - progress.deadlineNanos() >= 0 && !isDone()) {
            LettuceConnection used = connection;
            LettuceCommand request = command;
            // A connection that was given up because nobody answers was there all the same.
            boolean connected =
                    transport.deadlines().isConnected() && (transport.isUp() || (used != null && used.isSilent()));
            LockException failure = LettuceFailures.timedOut(
                    connected, noConnection(), endSending(), call().operation(), call().lock());
            if (used != null && isUnheard(request, nowNanos)) {
                // First, so that nothing else is written there.
                route.fellSilent(used, request == null ? null : request.pipeline());
            }
            finishExceptionally(failure);
        }
    }

    /** Called now and then. */
    void sendAgainIfForgotten() {
        LettuceCommand request = command;
        if (request != null && !isDone()) {
            request.endIfForgotten();
        }
    }

    /** Called now and then. */
    void suspectIfUnheard(long nowNanos) {
        LettuceConnection used = connection;
        LettuceCommand request = command;
        if (used != null
                && request != null
                && !isDone()
                && request.isUnheardFor(transport.deadlines().operationNanos() / 2, nowNanos)) {
            used.suspect(request.pipeline());
        }
    }

    /** Returns whether it has waited long enough without a sign of life to take its connection for dead. */
    private boolean isUnheard(@Nullable LettuceCommand request, long nowNanos) {
        CallDeadlines deadlines = transport.deadlines();
        return request == null
                ? nowNanos - waitingNanos >= deadlines.openingNanos() / 2
                : request.isUnheardFor(deadlines.operationNanos() / 2, nowNanos);
    }

    /** Ends the call because its backend is closed. */
    void abort() {
        if (!isDone()) {
            boolean sent = endSending();
            finishExceptionally(BackendClosed.duringCall(
                    sent, call().operation(), call().lock().fingerprint(), null));
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        if (!isDone()) {
            finishExceptionally(
                    LockException.cancelled(call().operation(), call().lock().fingerprint(), endSending()));
        }
        return isCancelled();
    }

    private void finish(T answer) {
        transport.ended(this);
        complete(answer);
    }

    private void finishExceptionally(Throwable failure) {
        transport.ended(this);
        if (completeExceptionally(failure)) {
            LettuceCommand underWay = command;
            if (underWay != null) {
                underWay.cancel();
            }
        }
    }
}

package io.syncguard.redis.common;

import io.syncguard.LockException;
import io.syncguard.spi.CallDeadlines;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One operation on its way, whichever client sends it: what is sent, what follows a reply, and what is known if an earlier send may
 * have taken effect unseen. Not thread-safe: its events come one after another.
 *
 * <p>Sending again is safe because the scripts are idempotent by lock id (ACQ-3).
 *
 * @param <T> what the operation answers
 */
public final class RedisCallProgress<T extends @Nullable Object> {
    /** What the client does next. */
    public enum Step {
        /** The operation has ended: {@link #failure()} or {@link #answer()} says how. */
        DONE,
        /** Send {@link #head()} with the call. */
        SEND,
        /** Wait for {@link #pauseNanos()} and send again. */
        PAUSE,
        /** Send it where the error reply says, or end with {@link #refuseForGood}. */
        REDIRECT,
        /** Make the call {@link RedisCall#undo()}, and end with {@link #undone}. */
        UNDO
    }

    private static final String UNKNOWN_SCRIPT = "NOSCRIPT";

    /**
     * More than the idle connections of a common pool, each of which may have died unnoticed. A larger pool needs no more: it puts
     * a fresh connection in the place of one that was found dead, and lends that first.
     */
    private static final int MOST_SENDS = 10;

    /** How long a slot that is on its way is left alone, at first and at the most. */
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Nodes that send a request back and forth need a moment to agree. */
    private static final int REDIRECTIONS_WITHOUT_PAUSE = 5;

    private final CallDeadlines deadlines;
    private final long startedNanos;
    private RedisCall<T> call;
    private boolean bySource;
    private boolean sentBefore;
    private int losses;
    private int redirections;
    private long pauseNanos;
    private @Nullable T answer;
    private @Nullable LockException failure;

    /**
     * Creates the progress of a call that was not sent yet.
     *
     * @param deadlines say when its time is over
     * @param startedNanos when it began, by {@link System#nanoTime()}
     */
    public RedisCallProgress(RedisCall<T> call, CallDeadlines deadlines, long startedNanos) {
        this.call = call;
        this.deadlines = deadlines;
        this.startedNanos = startedNanos;
    }

    /** Returns the call as it is to be sent now. */
    public RedisCall<T> call() {
        return call;
    }

    /** Returns whether the script is to be sent whole, because the server did not know its digest. */
    public boolean isBySource() {
        return bySource;
    }

    /** Returns the digest of the script, or its source. Not to be written to. */
    public byte[] head() {
        return bySource ? call.script().source() : call.script().sha1();
    }

    /** Returns when it began, by {@link System#nanoTime()}. */
    public long startedNanos() {
        return startedNanos;
    }

    /** Returns when its time is over, by {@link System#nanoTime()}, as far as is known now. May be called by any thread. */
    public long deadlineNanos() {
        return deadlines.deadlineNanos(startedNanos);
    }

    /** Returns whether an earlier send may have taken effect unseen. */
    public boolean wasSentBefore() {
        return sentBefore;
    }

    /** Returns for how long to wait in the step {@link Step#PAUSE}. */
    public long pauseNanos() {
        return pauseNanos;
    }

    /** Returns what the operation failed with; null if it succeeded. */
    public @Nullable LockException failure() {
        return failure;
    }

    /** Returns what the operation answers, if it did not fail. */
    @SuppressWarnings("NullAway") // Null only if that is the answer.
    public T answer() {
        return answer;
    }

    /**
     * Takes a reply.
     *
     * @param sentTwice whether the client has sent the request a second time by itself
     * @param replicas how many have what was written, if they were asked
     */
    public Step replied(@Nullable Object reply, boolean sentTwice, long replicas) {
        sentBefore |= sentTwice;
        RedisCall<T> again = call.again(reply);
        if (again != null) {
            call = again;
            return Step.SEND;
        }
        T read;
        try {
            read = call.answer(reply, sentBefore);
        } catch (LockException e) {
            return failed(e);
        }
        if (!call.lacksReplicas(read, replicas)) {
            answer = read;
            return Step.DONE;
        }
        if (call.answersForSeveral()) {
            answer = call.lacking(read, replicas);
            return Step.DONE;
        }
        return call.hasUndo() ? Step.UNDO : undone(replicas, null);
    }

    /** Takes what became of the call that took back what too few replicas have: null if it succeeded. */
    public Step undone(long replicas, @Nullable Throwable undoFailure) {
        return failed(call.tooFewReplicas(replicas, undoFailure));
    }

    /**
     * Takes an error reply: the server did nothing.
     *
     * @param error its words
     * @param sentTwice whether the client has sent the request a second time by itself
     * @param cause what the client makes of it
     */
    public Step refused(String error, boolean sentTwice, Throwable cause) {
        sentBefore |= sentTwice;
        if (!bySource && error.startsWith(UNKNOWN_SCRIPT)) {
            // By source, which caches the script as well.
            bySource = true;
            return Step.SEND;
        }
        if (RedisErrors.isSlotUnderWay(error) && call.waitsForSlot()) {
            return pauseOr(error, cause);
        }
        if (RedisErrors.isRedirection(error)) {
            return ++redirections % REDIRECTIONS_WITHOUT_PAUSE == 0 ? pauseOr(error, cause) : Step.REDIRECT;
        }
        return refuseForGood(error, cause);
    }

    private Step pauseOr(String error, Throwable cause) {
        return mayPause() ? Step.PAUSE : refuseForGood(error, cause);
    }

    /** Returns whether there is time for a pause, which {@link #pauseNanos()} then tells. */
    public boolean mayPause() {
        pauseNanos = pauseNanos == 0 ? FIRST_PAUSE_NANOS : Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
        return System.nanoTime() + pauseNanos - deadlineNanos() < 0;
    }

    /** Ends with an error reply. */
    public Step refuseForGood(String error, Throwable cause) {
        return failed(RedisFailures.errorReply(error, sentBefore, call.operation(), call.lock(), cause));
    }

    /**
     * Takes note that there will be no reply.
     *
     * @param sent whether the request may have reached the server
     * @param another whether another connection may do better
     * @param thrown what the operation fails with if it is not sent again
     */
    public Step lost(boolean sent, boolean another, LockException thrown) {
        sentBefore |= sent;
        boolean again = another && ++losses < MOST_SENDS && System.nanoTime() - deadlineNanos() < 0;
        return again ? Step.SEND : failed(thrown);
    }

    /**
     * Takes note that the connection broke, perhaps after the request had been sent, and that another is being opened.
     *
     * @param thrown what the operation fails with if there is no time to send the request again
     */
    public Step broke(LockException thrown) {
        sentBefore = true;
        return mayPause() ? Step.PAUSE : failed(thrown);
    }

    /** Ends with a failure. */
    public Step failed(LockException thrown) {
        failure = thrown;
        return Step.DONE;
    }
}

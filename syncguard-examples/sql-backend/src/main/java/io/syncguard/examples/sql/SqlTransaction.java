package io.syncguard.examples.sql;

import io.syncguard.spi.CallDeadlines;
import java.sql.SQLException;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The transaction of one call. One thread runs it; others may give it up and end it.
 *
 * <p>Nothing takes effect without a commit. So a transaction that is given up before its commit was sent has certainly changed nothing, and
 * one whose commit was sent and not answered has an unknown outcome.
 */
final class SqlTransaction<T> {
    private final ConnectionSource source;
    private final CallDeadlines deadlines;
    private final SqlWork<T> work;
    private final boolean writes;

    private boolean givenUp;

    /** Whether a commit was sent that may have taken effect, or will. */
    private boolean sent;

    /** What the transaction uses at this moment. */
    private @Nullable CallConnection connection;

    SqlTransaction(ConnectionSource source, CallDeadlines deadlines, SqlWork<T> work, boolean writes) {
        this.source = source;
        this.deadlines = deadlines;
        this.work = work;
        this.writes = writes;
    }

    /** Runs the transaction, again while others are in its way, and returns the answer. */
    T run() throws SQLException {
        while (true) {
            try {
                return attempt();
            } catch (SQLException e) {
                if (isSent() || !SqlFailures.isPassing(e)) {
                    throw e;
                }
            }
        }
    }

    private T attempt() throws SQLException {
        checkWaitedFor();
        try (CallConnection opened = CallConnection.open(source, deadlines.operationNanos())) {
            deadlines.connected();
            begin(opened);
            T answer = work.in(new LockTable(opened));
            if (writes) {
                commit(opened);
            }
            return answer;
        } finally {
            leaveConnection();
        }
    }

    private void commit(CallConnection opened) throws SQLException {
        beginCommit();
        try {
            opened.commit();
        } catch (SQLException e) {
            if (SqlFailures.isRolledBack(e)) {
                commitDidNotHappen();
            }
            throw e;
        }
    }

    private synchronized void checkWaitedFor() {
        if (givenUp) {
            throw new CancellationException("nobody waits for the transaction");
        }
    }

    private synchronized void beginCommit() {
        checkWaitedFor();
        sent = true;
    }

    private synchronized void commitDidNotHappen() {
        sent = false;
    }

    /** A transaction that was given up before this has nothing that could be ended. */
    private synchronized void begin(CallConnection opened) {
        checkWaitedFor();
        connection = opened;
    }

    private synchronized void leaveConnection() {
        connection = null;
    }

    /** Returns whether the transaction may have taken effect, if it has no answer. */
    synchronized boolean isSent() {
        return sent;
    }

    /** Keeps the transaction from being committed; returns whether it is too late for that. */
    synchronized boolean giveUp() {
        givenUp = true;
        return sent;
    }

    /** Ends what the connection does, so that the thread that runs the transaction comes back. May block. */
    void end() {
        CallConnection used;
        synchronized (this) {
            used = connection;
        }
        if (used != null) {
            used.end();
        }
    }
}

package io.syncguard.examples.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransactionRollbackException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a call says about its outcome when its connection breaks. */
class InterruptedCommitsTest {
    private static final Ttl TTL = new Ttl(30_000);

    private final TestDatabase database = TestDatabase.inMemory();
    private final InterposedConnections connections = new InterposedConnections(database);
    private final LockBackend backend = SqlLockBackend.over(connections, TestDatabase.PATIENT);
    private final LockKey key = LockKey.of("account:42");
    private final LockId id = LockId.random();

    @AfterEach
    void close() {
        backend.close();
        database.close();
    }

    @Test
    @DisplayName(
            "ERR-1, ACQ-3 a commit without an answer is of unknown outcome, and repeating the acquire finds it out")
    void answerLost() {
        connections.committing(connection -> {
            connection.commit();
            throw new SQLNonTransientConnectionException("the connection was reset", "08007");
        });

        LockException e = failureOfAcquire();

        assertThat(e.code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
        assertThat(e.isOutcomeUnknown()).isTrue();
        connections.committing(Connection::commit);
        assertThat(backend.lookup(id)).as("the lock that the answer was about").isPresent();
        assertThat(backend.acquire(key, id, TTL)).isInstanceOf(Acquired.class);
        assertThat(backend.release(id)).isEqualTo(ReleaseResult.RELEASED);
    }

    private LockException failureOfAcquire() {
        LockException failure = catchThrowableOfType(LockException.class, () -> backend.acquire(key, id, TTL));
        assertThat(failure).as("an acquire that must fail").isNotNull();
        return failure;
    }

    @Test
    @DisplayName("ERR-1, ACQ-4 a session that dies at its commit is of unknown outcome, and abandoning settles it")
    void sessionKilledAtCommit() {
        connections.committing(connection -> {
            kill(connection);
            connection.commit();
        });

        LockException e = failureOfAcquire();

        assertThat(e.code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
        assertThat(e.isOutcomeUnknown()).isTrue();
        connections.committing(Connection::commit);
        backend.abandon(key, id, TTL);
        assertThat(backend.isLocked(key)).isFalse();
        assertThat(failureOfAcquire().code()).isEqualTo(LockErrorCode.ABORTED);
    }

    @Test
    @DisplayName("ERR-1 a session that dies before its commit has changed nothing, and the call knows it")
    void sessionKilledBeforeCommit() {
        AtomicInteger commits = new AtomicInteger();
        connections.committing(connection -> commits.incrementAndGet()).changing(sql -> {
            if (sql.startsWith("update")) {
                killAll();
            }
            return sql;
        });

        LockException e = failureOfAcquire();

        assertThat(e.code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
        assertThat(e.isOutcomeUnknown()).isFalse();
        assertThat(commits).hasValue(0);
        connections.changing(sql -> sql).committing(Connection::commit);
        assertThat(backend.isLocked(key)).isFalse();
    }

    private void kill(Connection connection) throws SQLException {
        try (PreparedStatement session = connection.prepareStatement("select session_id()");
                var row = session.executeQuery()) {
            row.next();
            long unused = database.number("select abort_session(" + row.getInt(1) + ")");
        }
    }

    private void killAll() {
        try {
            long unused = database.number("select count(abort_session(session_id))"
                    + " from information_schema.sessions where session_id <> session_id()");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("ACQ-1 a transaction that the database rolls back at its commit is repeated")
    void rolledBackAtCommit() {
        AtomicInteger commits = new AtomicInteger();
        connections.committing(connection -> {
            if (commits.incrementAndGet() == 1) {
                connection.rollback();
                throw new SQLTransactionRollbackException("could not serialize access", "40001");
            }
            connection.commit();
        });

        assertThat(backend.acquire(key, id, TTL)).isInstanceOf(Acquired.class);

        assertThat(commits).hasValue(2);
        assertThat(backend.lookup(id)).isPresent();
    }

    @Test
    @DisplayName("ERR-1 where the database does not know what became of a commit, neither does the call")
    void completionUnknown() {
        connections.committing(connection -> {
            connection.commit();
            throw new SQLException("statement completion unknown", "40003");
        });

        LockException e = failureOfAcquire();

        assertThat(e.isOutcomeUnknown()).isTrue();
    }

    @Test
    @DisplayName("ERR-1 an extension and a release whose commit has no answer say so too")
    void otherWrites() {
        assertThat(backend.acquire(key, id, TTL)).isInstanceOf(Acquired.class);
        connections.committing(connection -> {
            connection.commit();
            throw new SQLNonTransientConnectionException("the connection was reset", "08006");
        });

        LockException extension = catchThrowableOfType(LockException.class, () -> backend.extend(id, TTL));
        LockException release = catchThrowableOfType(LockException.class, () -> backend.release(id));

        assertThat(extension.isOutcomeUnknown()).isTrue();
        assertThat(release.isOutcomeUnknown()).isTrue();
        assertThat(backend.isLocked(key)).isFalse();
    }

    @Test
    @DisplayName(
            "OPT-1, ERR-1 a call that is given up during its commit is of unknown outcome, and abandoning settles it")
    void givenUpDuringCommit() throws Exception {
        CountDownLatch committing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        connections.committing(connection -> {
            committing.countDown();
            awaitUninterrupted(goOn);
            connection.commit();
        });
        FutureTask<LockException> call = new FutureTask<>(this::failureOfAcquire);
        Thread caller = new Thread(call);
        caller.start();
        committing.await();

        caller.interrupt();

        LockException e = call.get();
        assertThat(e.code()).isEqualTo(LockErrorCode.ABORTED);
        assertThat(e.isOutcomeUnknown()).isTrue();
        connections.committing(Connection::commit);
        goOn.countDown();
        Await.until("the commit takes effect late", () -> backend.isLocked(key));
        backend.abandon(key, id, TTL);
        assertThat(backend.isLocked(key)).isFalse();
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("a thread was interrupted in the driver", e);
        }
    }
}

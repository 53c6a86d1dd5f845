package io.syncguard.examples.sql;

import io.syncguard.LockKey;
import io.syncguard.conformance.LockBackendConformance;
import io.syncguard.conformance.RestartableServer;
import io.syncguard.spi.LockBackend;
import java.nio.file.Path;
import java.sql.SQLException;
import org.h2.tools.Server;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The backend keeps the contract on a database in a file, with a new connection for each call. */
class SqlConformanceTest extends LockBackendConformance {
    @TempDir
    private Path folder;

    @TempDir
    private Path elsewhere;

    private TestDatabase database;

    /** For other processes. */
    private @Nullable Server server;

    @BeforeEach
    void open() {
        database = TestDatabase.inFile(folder);
    }

    @AfterEach
    void close() {
        database.close();
        if (server != null) {
            server.stop();
        }
    }

    @Override
    protected LockBackend createBackend() {
        return SqlLockBackend.over(database::connect, TestDatabase.PATIENT);
    }

    @Override
    protected RestartableServer startServer() {
        return new DatabaseServer(elsewhere);
    }

    @Override
    protected synchronized String addressForProcesses() {
        try {
            if (server == null) {
                server = Server.createTcpServer("-tcpPort", "0").start();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        String url = DatabaseServer.url(server.getPort(), folder);
        return url.replaceFirst("jdbc:", "sql-example:") + "?operationTimeoutMillis=20000&connectTimeoutMillis=20000";
    }

    @Override
    protected void setFenceCounter(LockKey key, long value) {
        database.setFence(key, value);
    }
}

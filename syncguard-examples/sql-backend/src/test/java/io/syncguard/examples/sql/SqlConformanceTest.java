package io.syncguard.examples.sql;

import io.syncguard.LockKey;
import io.syncguard.conformance.LockBackendConformance;
import io.syncguard.spi.LockBackend;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The backend keeps the contract on a database in a file, with a new connection for each call. */
class SqlConformanceTest extends LockBackendConformance {
    @TempDir
    private Path folder;

    private TestDatabase database;

    @BeforeEach
    void open() {
        database = TestDatabase.inFile(folder);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Override
    protected LockBackend createBackend() {
        return SqlLockBackend.over(database::connect, TestDatabase.PATIENT);
    }

    @Override
    protected void setFenceCounter(LockKey key, long value) {
        database.setFence(key, value);
    }
}

package io.syncguard.examples.sql;

import io.syncguard.LockKey;
import io.syncguard.conformance.LockBackendConformance;
import io.syncguard.spi.LockBackend;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;

/** The backend keeps the contract on a database in memory, with connections of a pool that its user hands in. */
class PooledSqlConformanceTest extends LockBackendConformance {
    private final TestDatabase database = TestDatabase.inMemory();
    private final JdbcConnectionPool pool = JdbcConnectionPool.create(database.url(), "", "");

    @AfterEach
    void close() {
        pool.dispose();
        database.close();
    }

    @Override
    protected LockBackend createBackend() {
        return SqlLockBackend.on(pool, TestDatabase.PATIENT);
    }

    @Override
    protected void setFenceCounter(LockKey key, long value) {
        database.setFence(key, value);
    }
}

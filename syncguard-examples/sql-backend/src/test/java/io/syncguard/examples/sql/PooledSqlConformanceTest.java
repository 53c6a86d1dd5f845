package io.syncguard.examples.sql;

import io.syncguard.LockKey;
import io.syncguard.conformance.LockBackendConformance;
import io.syncguard.spi.LockBackend;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The backend keeps the contract on a database in memory, with connections of a pool that its user hands in. */
class PooledSqlConformanceTest extends LockBackendConformance {
    private static TestDatabase database;
    private static JdbcConnectionPool pool;

    @BeforeAll
    static void open() {
        database = TestDatabase.inMemory();
        pool = JdbcConnectionPool.create(database.url(), "", "");
    }

    @AfterAll
    static void close() {
        pool.dispose();
        database.close();
    }

    @Override
    protected LockBackend createBackend() {
        return SqlLockBackend.on(pool, SqlOptions.defaults());
    }

    @Override
    protected void setFenceCounter(LockKey key, long value) {
        database.setFence(key, value);
    }
}

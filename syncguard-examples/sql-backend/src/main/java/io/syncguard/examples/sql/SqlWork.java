package io.syncguard.examples.sql;

import java.sql.SQLException;

/** What a call does within its transaction. May be repeated after a rollback, so it changes nothing but the tables. */
@FunctionalInterface
interface SqlWork<T> {
    T in(LockTable table) throws SQLException;
}

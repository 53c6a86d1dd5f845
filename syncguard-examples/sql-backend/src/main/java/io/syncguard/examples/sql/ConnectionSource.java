package io.syncguard.examples.sql;

import java.sql.Connection;
import java.sql.SQLException;

/** Opens connections, or lends those of a pool. Thread-safe. */
@FunctionalInterface
interface ConnectionSource {
    /** Returns a connection that nobody else uses. The caller closes it, which gives it back if a pool has lent it. May block. */
    Connection open() throws SQLException;
}

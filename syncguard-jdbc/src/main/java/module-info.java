/** Fence checks for tables that are written through JDBC. */
module io.syncguard.jdbc {
    requires transitive io.syncguard.api;
    requires transitive java.sql;

    exports io.syncguard.jdbc;
}

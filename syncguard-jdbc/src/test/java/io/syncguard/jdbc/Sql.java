package io.syncguard.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Statements of tests. */
final class Sql {
    /** As the guard's documentation has it. */
    static final String DDL =
            """
            create table syncguard_fences (
                resource varchar(255) not null primary key,
                fence bigint not null
            )""";

    private Sql() {}

    static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Returns the number a query answers, or -1 if it is null, or -2 if there is no row. */
    static long number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            if (!row.next()) {
                return -2;
            }
            long number = row.getLong(1);
            return row.wasNull() ? -1 : number;
        }
    }

    static long fenceOf(Connection connection, String resource) throws SQLException {
        return number(connection, "select fence from syncguard_fences where resource = '" + resource + "'");
    }
}

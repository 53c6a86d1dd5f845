package io.syncguard.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.UUID;

/** Databases that run inside the JVM. */
enum Database {
    H2 {
        @Override
        String freshUrl() {
            return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=20000";
        }
    },
    HSQLDB {
        @Override
        String freshUrl() {
            return "jdbc:hsqldb:mem:" + UUID.randomUUID() + ";hsqldb.tx=mvcc";
        }
    },
    SQLITE {
        @Override
        String freshUrl() {
            try {
                Path file = Files.createTempFile("syncguard-jdbc", ".db");
                file.toFile().deleteOnExit();
                return "jdbc:sqlite:" + file;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    /** Returns the URL of a database with nothing in it. */
    abstract String freshUrl();

    /** Returns a connection with auto-commit off. */
    static Connection connect(String url) throws SQLException {
        Connection connection = DriverManager.getConnection(url);
        connection.setAutoCommit(false);
        return connection;
    }
}

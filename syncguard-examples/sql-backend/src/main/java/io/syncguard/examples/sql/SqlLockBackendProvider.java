package io.syncguard.examples.sql;

import io.syncguard.LockException;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockBackendProvider;
import java.sql.DriverManager;
import java.util.Set;

/**
 * Opens {@code sql-example:h2:…}, which is the JDBC URL {@code jdbc:h2:…} behind another scheme, such as
 * {@code sql-example:h2:mem:orders;DB_CLOSE_DELAY=-1}. Parameters are {@code operationTimeoutMillis}, {@code connectTimeoutMillis} and
 * {@code maxConnections}. Each call opens a connection; hand a pool to {@link SqlLockBackend#on} where that takes long.
 */
public final class SqlLockBackendProvider implements LockBackendProvider {
    private static final String SCHEME = "sql-example";

    /** For {@link java.util.ServiceLoader}. */
    public SqlLockBackendProvider() {}

    @Override
    public String name() {
        return "syncguard-examples-sql-backend";
    }

    @Override
    public Set<String> schemes() {
        return Set.of(SCHEME);
    }

    @Override
    public LockBackend open(BackendUri uri) {
        SqlOptions options = SqlOptions.from(uri);
        if (!uri.path().startsWith("h2:")) {
            throw LockException.invalidArgument(
                    "behind " + SCHEME + ": stands a JDBC URL of H2 without jdbc:, as in " + SCHEME + ":h2:mem:orders");
        }
        String jdbcUrl = "jdbc:" + uri.path();
        return SqlLockBackend.over(() -> DriverManager.getConnection(jdbcUrl), options);
    }
}

package io.syncguard.examples.orders;

import io.syncguard.testservers.RedisTestServer;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import java.util.Objects;
import org.h2.tools.RunScript;
import org.h2.tools.Server;

/** A Redis and a SQL database with the application's tables, which several processes reach. */
final class LocalServers implements AutoCloseable {
    private final RedisTestServer redis;
    private final Server database;

    LocalServers() throws Exception {
        redis = RedisTestServer.start();
        database = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
        try (Connection connection = DriverManager.getConnection(databaseUrl());
                Reader schema = new InputStreamReader(
                        Objects.requireNonNull(LocalServers.class.getResourceAsStream("/schema.sql")),
                        StandardCharsets.UTF_8)) {
            RunScript.execute(connection, schema);
        }
    }

    /** Returns the address of the locks. A new connection may take its time on a busy machine. */
    String locksUri() {
        return redis.uri() + "?operationTimeoutMillis=20000";
    }

    String databaseUrl() {
        return "jdbc:h2:tcp://127.0.0.1:" + database.getPort() + "/mem:orders;DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=60000";
    }

    /** Returns what makes an application use these servers. */
    List<String> properties() {
        return List.of("--syncguard.uri=" + locksUri(), "--spring.datasource.url=" + databaseUrl());
    }

    @Override
    public void close() {
        database.stop();
        redis.close();
    }
}

package io.syncguard.examples;

import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.FirestoreOptions;
import io.syncguard.FenceToken;
import io.syncguard.firestore.FirestoreFencedDocuments;
import io.syncguard.jdbc.JdbcFenceCheck;
import io.syncguard.redis.common.FencedValue;
import io.syncguard.redis.common.RedisFencedValues;
import io.syncguard.redis.jedis.JedisFencedValues;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import redis.clients.jedis.RedisClient;

/** A report in three places, each of which refuses a stale fence. Connected before the first write. */
final class FencedResources implements AutoCloseable {
    private static final String REPORT = "report";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final JdbcFenceCheck jdbcGuard = JdbcFenceCheck.create();
    private final FirestoreFencedDocuments firestoreGuard = FirestoreFencedDocuments.create(PATIENCE);
    private final Connection database;
    private final RedisClient redis;
    private final RedisFencedValues redisGuard;
    private final Firestore firestore;
    private final DocumentReference document;

    FencedResources(String jdbcUrl, String redisUrl, String emulator, String path) throws Exception {
        database = DriverManager.getConnection(jdbcUrl);
        database.setAutoCommit(false);
        redis = RedisClient.create(redisUrl);
        redisGuard = JedisFencedValues.create(redis, PATIENCE);
        firestore = FirestoreOptions.newBuilder()
                .setProjectId("syncguard-test")
                .setEmulatorHost(emulator)
                .build()
                .getService();
        document = firestore.document(path);
        // The first request of a client takes longer than the lock that is to come.
        contents();
    }

    static void createTables(String jdbcUrl) throws SQLException {
        try (Connection database = DriverManager.getConnection(jdbcUrl);
                Statement statement = database.createStatement()) {
            statement.execute(
                    "create table syncguard_fences (resource varchar(255) not null primary key, fence bigint not null)");
            statement.execute("create table report (content varchar(100) not null)");
            statement.execute("insert into report values ('nothing')");
        }
    }

    /** Writes to each place, and returns what became of it there. */
    String write(String content, FenceToken fence) throws SQLException {
        return "database " + outcome(writeToDatabase(content, fence))
                + ", redis " + outcome(redisGuard.set(REPORT, content, fence))
                + ", firestore " + outcome(firestoreGuard.set(document, Map.of("content", content), fence));
    }

    private static String outcome(boolean written) {
        return written ? "written" : "refused";
    }

    private boolean writeToDatabase(String content, FenceToken fence) throws SQLException {
        if (!jdbcGuard.admits(database, REPORT, fence)) {
            database.rollback();
            return false;
        }
        try (PreparedStatement update = database.prepareStatement("update report set content = ?")) {
            update.setString(1, content);
            update.executeUpdate();
        }
        database.commit();
        return true;
    }

    /** Returns what each place holds. */
    String contents() throws SQLException, InterruptedException, ExecutionException {
        String inDatabase;
        try (Statement statement = database.createStatement();
                ResultSet row = statement.executeQuery("select content from report")) {
            inDatabase = row.next() ? row.getString(1) : "no row";
        }
        database.commit();
        String inRedis = redisGuard.get(REPORT).map(FencedValue::value).orElse("nothing");
        String inFirestore = document.get().get().getString("content");
        return inDatabase + ", " + inRedis + ", " + (inFirestore == null ? "nothing" : inFirestore);
    }

    @Override
    public void close() throws Exception {
        database.close();
        redisGuard.close();
        redis.close();
        firestore.close();
    }
}

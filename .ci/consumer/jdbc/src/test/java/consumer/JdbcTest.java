package consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.FenceToken;
import io.syncguard.SyncGuard;
import io.syncguard.jdbc.JdbcFenceCheck;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JdbcTest {
    @Test
    void refusesAStaleFence() throws Exception {
        List<FenceToken> fences = new ArrayList<>();
        try (SyncGuard guard = SyncGuard.connect("memory:")) {
            guard.run("account:42", lock -> fences.add(lock.fence()));
            guard.run("account:42", lock -> fences.add(lock.fence()));
        }
        JdbcFenceCheck check = JdbcFenceCheck.create();
        try (Connection connection = DriverManager.getConnection("jdbc:h2:mem:consumer");
                Statement statement = connection.createStatement()) {
            statement.execute("create table syncguard_fences (resource varchar(255) not null primary key, fence bigint not null)");
            connection.setAutoCommit(false);
            assertThat(check.admits(connection, "account:42", fences.get(1))).isTrue();
            assertThat(check.admits(connection, "account:42", fences.get(0))).isFalse();
        }
    }
}

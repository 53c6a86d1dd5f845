package io.syncguard.examples.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.FenceToken;
import io.syncguard.HeldLock;
import io.syncguard.InvalidArgumentException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.spi.LockBackend;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users do with the backend. */
class SqlUriTest {
    private final TestDatabase database = TestDatabase.inMemory();
    private final String uri = database.url().replace("jdbc:", "sql-example:");

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    @DisplayName("guards share locks by URI, and one that waits has the lock soon after the other's release")
    void guards() {
        try (SyncGuard mine = SyncGuard.connect(uri + "?operationTimeoutMillis=20000");
                SyncGuard theirs = SyncGuard.connect(uri + "?operationTimeoutMillis=20000")) {
            CompletableFuture<HeldLock> waiting;
            FenceToken first;
            try (HeldLock lock = mine.acquire("account:42")) {
                first = lock.fence();
                assertThat(theirs.tryAcquire("account:42")).isEmpty();
                LockOptions patient = LockOptions.defaults().withTimeout(Duration.ofMinutes(1));
                waiting = CompletableFuture.supplyAsync(() -> theirs.acquire("account:42", patient));
            }

            try (HeldLock lock = waiting.join()) {
                assertThat(lock.fence()).isGreaterThan(first);
                assertThat(mine.owns(lock.id())).isTrue();
            }
        }
    }

    @Test
    @DisplayName("a URI has the options")
    void options() {
        try (LockBackend backend =
                (LockBackend) SyncGuard.openBackend(uri + "?operationTimeoutMillis=1234&maxConnections=2")) {
            assertThat(backend.capabilities().operationTimeout()).isEqualTo(Duration.ofMillis(1_234));
            assertThat(backend.name()).isEqualTo("sql-example");
        }
    }

    @Test
    @DisplayName(
            "the least and the greatest number of connections are accepted, and the provider has the artifact's name")
    void bounds() {
        for (int most : new int[] {1, 1_000}) {
            assertThat(SqlOptions.defaults().withMostConnections(most).mostConnections())
                    .isEqualTo(most);
        }
        assertThat(new SqlLockBackendProvider().name()).isEqualTo("syncguard-examples-sql-backend");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sql-example:",
                "sql-example:mem:orders",
                "sql-example:postgresql://localhost/orders",
                "sql-example:h2:mem:orders?ttl=30",
                "sql-example:h2:mem:orders?operationTimeoutMillis=0",
                "sql-example:h2:mem:orders?connectTimeoutMillis=3s",
                "sql-example:h2:mem:orders?maxConnections=0",
                "sql-example:h2:mem:orders?maxConnections=1001",
                "sql-example:h2:mem:orders?maxConnections=99999999999",
            })
    @DisplayName("ERR-4 what a URI must not have is refused before anything is opened")
    void refused(String wrong) {
        assertThatThrownBy(() -> SyncGuard.connect(wrong)).isInstanceOf(InvalidArgumentException.class);
    }
}

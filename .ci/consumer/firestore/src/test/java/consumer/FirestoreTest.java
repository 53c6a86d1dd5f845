package consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.FirestoreOptions;
import io.syncguard.LockException;
import io.syncguard.SyncGuard;
import io.syncguard.firestore.FirestoreLockBackend;
import io.syncguard.firestore.FirestoreLockOptions;
import io.syncguard.testcontainers.TestServer;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try")
class FirestoreTest {
    @Test
    void failsClearlyWhereNothingListens() throws Exception {
        FirestoreLockOptions options = FirestoreLockOptions.defaults().withOperationTimeout(Duration.ofSeconds(2));
        try (Firestore client = client("127.0.0.1:1");
                SyncGuard guard = SyncGuard.using(FirestoreLockBackend.create(client, options))) {
            assertThatThrownBy(() -> guard.tryAcquire("job"))
                    .isInstanceOf(LockException.class)
                    .hasMessageContaining("Firestore");
        }
    }

    @Test
    void locksOnAnEmulator() throws Exception {
        TestServer emulator = TestServer.firestore();
        emulator.obstacle().ifPresent(Assumptions::abort);
        try (Firestore client = client(emulator.address());
                SyncGuard guard = SyncGuard.using(FirestoreLockBackend.create(client, FirestoreLockOptions.defaults()))) {
            assertThat(guard.tryRun("job", () -> assertThat(guard.isLocked("job")).isTrue()))
                    .isTrue();
            assertThat(guard.isLocked("job")).isFalse();
        }
    }

    private static Firestore client(String address) {
        return FirestoreOptions.newBuilder()
                .setProjectId("consumer")
                .setEmulatorHost(address)
                .build()
                .getService();
    }
}

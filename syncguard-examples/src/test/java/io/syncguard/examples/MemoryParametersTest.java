package io.syncguard.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.Backend;
import io.syncguard.InvalidArgumentException;
import io.syncguard.SyncGuard;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An application's address whose first part is exchanged for {@code memory:} in a test is refused where it was refused before. */
class MemoryParametersTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "keyPrefix=app",
                "keyPrefix=",
                "keyPrefix=a:",
                "keyPrefix=a:id:b",
                "cleanupInIsLocked=true",
                "cleanupInIsLocked=TRUE",
                "rejectLongKeys=true",
                "rejectLongKeys=on",
                "operationTimeoutMillis=1",
                "operationTimeoutMillis=0",
                "operationTimeoutMillis=3600001",
                "operationTimeoutMillis=a",
                "maxConnections=1",
                "maxConnections=10000",
                "maxConnections=0",
                "maxConnections=10001",
                "maxConnections=many",
                "replicaAcks=0",
                "replicaAcks=1001",
                "replicaAcks=all",
                "replicaAckTimeoutMillis=10",
                "replicaAcks=1&replicaAckTimeoutMillis=0",
                "replicaAcks=1&replicaAckTimeoutMillis=3000",
                "replicaAcks=1&replicaAckTimeoutMillis=500&operationTimeoutMillis=500",
                "unknown=1",
                "keyprefix=app"
            })
    @DisplayName("ERR-4 memory: accepts and refuses the parameters of Redis as Redis does")
    void redis(String parameters) {
        InvalidArgumentException ofRedis = failure("redis://localhost:1?" + parameters);
        InvalidArgumentException ofMemory = failure("memory:?" + parameters);

        assertThat(ofMemory == null).as("accepted in memory").isEqualTo(ofRedis == null);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "collection=mine",
                "collection=",
                "hashedIds=true",
                "hashedIds=1",
                "handOverSlotMillis=10",
                "handOverSlotMillis=1000",
                "handOverSlotMillis=9",
                "handOverSlotMillis=1001",
                "handOverSlotMillis=-1",
                "handOverSlotMillis=short",
                "fenceRetention=1d",
                "fenceRetention=23h",
                "rejectLongKeys=x",
                "operationTimeoutMillis=0"
            })
    @DisplayName("ERR-4 memory: accepts and refuses the parameters of Firestore as Firestore does")
    void firestore(String parameters) {
        InvalidArgumentException ofFirestore = failure("firestore://project?" + parameters);
        InvalidArgumentException ofMemory = failure("memory:?" + parameters);

        assertThat(ofMemory == null).as("accepted in memory").isEqualTo(ofFirestore == null);
        if (ofMemory != null && ofFirestore != null) {
            assertThat(ofMemory).hasMessage(ofFirestore.getMessage());
        }
    }

    private static @Nullable InvalidArgumentException failure(String uri) {
        return catchThrowableOfType(InvalidArgumentException.class, () -> {
            Backend opened = SyncGuard.openBackend(uri);
            opened.close();
        });
    }
}

package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.InvalidArgumentException;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockKey;
import io.syncguard.SyncGuard;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.StorageKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a URI may say, and what becomes of keys that Firestore would not take. */
class FirestoreUriTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "firestore:",
                "firestore:///database",
                "firestore://p/db/",
                "firestore://p//",
                "firestore://p/a/b",
                "firestore://p/%00",
                "firestore://p/Locks",
                "firestore://p/-locks",
                "firestore://p/(other)",
                "firestore://p?collection=",
                "firestore://p?collection=%20",
                "firestore://p?collection=a/b",
                "firestore://p?collection=a//b",
                "firestore://p?collection=__locks__",
                "firestore://p?collection=..",
                "firestore://p?collection=locks_queues",
                "firestore://p?collection=_queues",
                "firestore://p?collection=tenants/a/locks_queues",
                "firestore://p?keyPrefix=x",
                "firestore://p?operationTimeoutMillis=0",
                "firestore://p?connectTimeoutMillis=0",
                "firestore://p?fenceRetention=23h",
                "firestore://p?fenceRetention=30",
                "firestore://p?fenceRetention=36501d",
                "firestore://p?fenceCollection=fences",
                "firestore://p?cleanupInIsLocked=true",
                "firestore://p?handOverSlotMillis=9",
                "firestore://p?handOverSlotMillis=1001",
                "firestore://p?emulator=",
                "firestore://p?emulator=localhost",
                "firestore://p?emulator=:8080",
                "firestore://p?emulator=http://localhost:8080",
                "firestore://p?emulator=localhost:0",
                "firestore://p?emulator=localhost:65536",
                "firestore://p?emulator=localhost:99999"
            })
    @DisplayName("ERR-4 a URI that makes no sense is INVALID_ARGUMENT, before anything is connected")
    void refused(String uri) {
        assertThatThrownBy(() -> SyncGuard.connect(uri))
                .isInstanceOfSatisfying(
                        LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "firestore://p",
                "firestore://p/",
                "firestore://p/(default)",
                "firestore://p/locks",
                "firestore://p/0-locks-9",
                "firestore://example.com-p/a"
            })
    @DisplayName("a URI names no database, the default one or one by its id")
    void databases(String uri) {
        assertThatCode(() -> FirestoreLockBackendProvider.open(BackendUri.parse(uri), "localhost:65535")
                        .close())
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "firestore://p:8080",
                "firestore://localhost:8080/locks",
                "firestore://me@p",
                "firestore://me:pw@p"
            })
    @DisplayName(
            "ERR-4 a port or a user in the URI is INVALID_ARGUMENT, and the message names the emulator's parameter")
    void server(String uri) {
        assertThatThrownBy(() -> FirestoreLockBackendProvider.open(BackendUri.parse(uri), "localhost:65535"))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("emulator=")
                .hasMessageNotContaining("pw");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost:0", "localhost:65536", "http://localhost:8080", "a b:80"})
    @DisplayName("ERR-4 an environment variable that names no emulator is INVALID_ARGUMENT, and is named")
    void environment(String emulator) {
        assertThatThrownBy(() -> FirestoreLockBackendProvider.open(BackendUri.parse("firestore://p"), emulator))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("FIRESTORE_EMULATOR_HOST");
    }

    @Test
    @DisplayName("a URI that names an emulator asks that and nothing else, whatever the environment names")
    void emulator() throws IOException {
        try (ServerSocket emulator = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            emulator.setSoTimeout(60_000);
            String uri = "firestore://p?connectTimeoutMillis=60000&emulator=127.0.0.1:" + emulator.getLocalPort();
            try (LockBackend backend = FirestoreLockBackendProvider.open(BackendUri.parse(uri), "emulator.invalid:1")) {
                CompletableFuture<?> asked = backend.async().ping();

                try (Socket client = emulator.accept()) {
                    assertThat(new String(client.getInputStream().readNBytes(3), StandardCharsets.US_ASCII))
                            .as("the begin of HTTP/2")
                            .isEqualTo("PRI");
                }
                asked.cancel(true);
            }
        }
    }

    @Test
    @DisplayName("FST-1 collections may lie below documents")
    void nested() {
        assertThat(FirestoreLockOptions.defaults()
                        .withCollection("tenants/a/locks")
                        .collection())
                .isEqualTo("tenants/a/locks");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b/c", ".", "..", "__x__", "/", "line\nbreak", "nul\u0000"})
    @DisplayName("FST-1, KEY-3, KEY-6 a key Firestore does not allow as an id takes the hash form as the id")
    void hashed(String key) {
        DocumentIds ids = new DocumentIds(StorageKeys.under(StorageKeys.DEFAULT_PREFIX), false);

        assertThat(ids.lock(LockKey.of(key))).matches("hash:[A-Za-z0-9_-]{22}");
        assertThat(ids.stored(LockKey.of(key))).as("what is stored of the key").isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"payment:42", "__x", "x__", "...", "\u00e9\ud83d\ude00", "{tag}", "\"quoted\""})
    @DisplayName("KEY-3 any other key is its own id")
    void plain(String key) {
        assertThat(new DocumentIds(StorageKeys.under(StorageKeys.DEFAULT_PREFIX), false).lock(LockKey.of(key)))
                .isEqualTo(key);
    }

    @Test
    @DisplayName("FST-1 with hashed ids every key takes the hash form, and another key another one")
    void hashedIds() {
        DocumentIds ids = new DocumentIds(StorageKeys.under(StorageKeys.DEFAULT_PREFIX), true);

        assertThat(ids.lock(LockKey.of("order-1")))
                .matches("hash:[A-Za-z0-9_-]{22}")
                .isEqualTo(ids.lock(LockKey.of("order-1")))
                .isNotEqualTo(ids.lock(LockKey.of("order-2")));
        assertThat(ids.stored(LockKey.of("order-1"))).isEqualTo("order-1");
    }
}

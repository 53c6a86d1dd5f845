package io.syncguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.FirestoreOptions;
import io.syncguard.HeldLock;
import io.syncguard.LockKey;
import io.syncguard.firestore.FirestoreLockBackend;
import io.syncguard.firestore.FirestoreLockOptions;
import io.syncguard.testservers.FirestoreEmulator;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The program on the Firestore emulator. */
@Tag("on-the-jar")
class CliOnFirestoreTest {
    private static final String PROJECT = "syncguard-test";
    private static final String COLLECTION = "locks-" + UUID.randomUUID();

    private static Firestore client;
    private static LocksOfTest locks;
    private static HeldLock contended;

    @BeforeAll
    static void holdLocks() {
        FirestoreEmulator.obstacle().ifPresent(Assumptions::abort);
        client = FirestoreOptions.newBuilder()
                .setProjectId(PROJECT)
                .setEmulatorHost(FirestoreEmulator.address())
                .build()
                .getService();
        FirestoreLockOptions options = FirestoreLockOptions.defaults()
                .withCollection(COLLECTION)
                .withOperationTimeout(Duration.ofSeconds(20))
                .withConnectTimeout(Duration.ofSeconds(60));
        locks = new LocksOfTest(() -> FirestoreLockBackend.create(client, options));
        contended = locks.hold("orders:1");
        locks.hold("orders:2");
        locks.awaitIn("orders:1");
    }

    @AfterAll
    static void stop() throws Exception {
        if (locks != null) {
            locks.close();
        }
        if (client != null) {
            client.close();
        }
    }

    private static CliProcess.Result run(String... arguments) {
        CliProcess.Result result = CliProcess.run(
                Map.of(
                        "SYNCGUARD_URI",
                        LocksOfTest.patient("firestore://" + PROJECT + "?collection=" + COLLECTION),
                        "FIRESTORE_EMULATOR_HOST",
                        FirestoreEmulator.address()),
                arguments);
        // Neither Google's client nor gRPC says anything.
        assertThat(result.err().lines())
                .allMatch(line -> line.startsWith("syncguard: ") || arguments[0].equals("release"));
        return result;
    }

    @Test
    @DisplayName("list and watch show locks, holders and how many wait")
    void list() {
        JsonNode json = run("list", "orders:", "--raw", "--json", "--sort", "waiting")
                .endedWith(0)
                .json();
        assertThat(json.get("total").intValue()).isEqualTo(2);
        JsonNode first = json.get("locks").get(0);
        assertThat(first.get("key").textValue()).isEqualTo("orders:1");
        assertThat(first.get("waiting").intValue()).isEqualTo(1);
        assertThat(first.get("holder").textValue()).isEqualTo(LocksOfTest.HOLDER);

        assertThat(run("watch", "--count", "1").endedWith(0).out()).contains("waiting: 1");
    }

    @Test
    @DisplayName("show tells of one lock")
    void show() {
        assertThat(run("show", "orders:1").endedWith(0).out())
                .contains(
                        LockKey.of("orders:1").fingerprint(), contended.fence().toString());
        run("show", "nobody's").endedWith(1);
    }

    @Test
    @DisplayName("REL-1 release frees a lock")
    void release() {
        HeldLock lock = locks.hold("to-release");
        run("release", "--key", "to-release", "--force").endedWith(0);
        assertThat(lock.release()).isFalse();
    }

    @Test
    @DisplayName("fences says that only Redis keeps counters")
    void fences() {
        assertThat(run("fences").endedWith(2).err()).contains("only Redis keeps fence counters", "this is firestore");
    }

    @Test
    @DisplayName("doctor reads, and writes if asked, and says what it did not check")
    void doctor() {
        CliProcess.Result result = run("doctor", "--write").endedWith(0);
        assertThat(result.out())
                .contains("the server answers", "lookup by id works", "was acquired and released", "NOTE  not checked")
                .contains("OK    clock")
                .endsWith("nothing to mend\n");
    }
}

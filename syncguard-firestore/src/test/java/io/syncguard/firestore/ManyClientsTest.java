package io.syncguard.firestore;

import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.FirestoreEmulator;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Very many clients, each with a connection of its own, that contend for one key for five seconds.
 *
 * <p>With {@code -Dsyncguard.contentionSeconds=60} they contend for as long as that, and then the figures are printed: of the backend, of
 * the same without wake-ups, and of the client's transactions. {@code -Dsyncguard.contentionClients=2,8,32} sets how many clients there
 * are, one run after the other, and {@code -Dsyncguard.contentionWorkMillis=20} how long each holds the lock.
 */
@Timeout(3_600)
@Tag("alone")
class ManyClientsTest {
    private static final String SECONDS = "syncguard.contentionSeconds";
    private static final List<Integer> CLIENTS = Pattern.compile(",")
            .splitAsStream(System.getProperty("syncguard.contentionClients", "32"))
            .map(Integer::valueOf)
            .toList();
    private static final Duration LENGTH = Duration.ofSeconds(Integer.getInteger(SECONDS, 5));
    private static final Duration WORK = Duration.ofMillis(Integer.getInteger("syncguard.contentionWorkMillis", 0));

    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private static FirestoreLockOptions newOptions() {
        return FirestoreLockOptions.defaults()
                .withCollection("locks-" + UUID.randomUUID())
                .withOperationTimeout(Duration.ofSeconds(20));
    }

    @Test
    @DisplayName(
            "ACQ-1, ACQ-2, FEN-1 of many clients one holds at a time, fences rise, and nothing fails but by its timeout")
    void contend() throws InterruptedException {
        FirestoreLockOptions options = newOptions();
        for (int clients : CLIENTS) {
            Contention contention = new Contention(clients, LENGTH, WORK);
            contention.run(() -> open(options), () -> {});
            contention.assertExclusion();
        }
    }

    private static LockBackend open(FirestoreLockOptions options) {
        return FirestoreLockBackendProvider.open(
                BackendUri.parse("firestore://" + Emulated.PROJECT + "?operationTimeoutMillis="
                        + options.operationTimeout().toMillis() + "&collection=" + options.collection()),
                FirestoreEmulator.address());
    }

    @Test
    @EnabledIfSystemProperty(named = SECONDS, matches = ".*", disabledReason = "only a yardstick")
    @DisplayName("for comparison: woken by listeners")
    void woken() throws InterruptedException {
        print("woken by listeners", wired -> wired.open());
    }

    @Test
    @EnabledIfSystemProperty(named = SECONDS, matches = ".*", disabledReason = "only a yardstick")
    @DisplayName("for comparison: the same without wake-ups")
    void polling() throws InterruptedException {
        print("polling", wired -> new PollingBackend(wired.open()));
    }

    @Test
    @EnabledIfSystemProperty(named = SECONDS, matches = ".*", disabledReason = "only a yardstick")
    @DisplayName("for comparison: the client's transactions, without wake-ups")
    void transactions() throws InterruptedException {
        print("transactions, polling", wired -> new TransactionBackend(wired.client(), wired.options()));
    }

    private static void print(String name, Function<Wired, LockBackend> open) throws InterruptedException {
        for (int clients : CLIENTS) {
            Contention contention = new Contention(clients, LENGTH, WORK);
            try (Wired wired = new Wired(Emulated::through, newOptions())) {
                contention.run(() -> open.apply(wired), wired::takeBill);
                contention.print(name, wired.takeBill());
            }
        }
    }
}

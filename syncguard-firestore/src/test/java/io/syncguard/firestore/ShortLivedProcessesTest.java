package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.firestore.Firestore;
import io.syncguard.HeldLock;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.testsupport.Pause;
import io.syncguard.testsupport.StallMeter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Processes that start, acquire one lock, work for 20 ms and end. With {@code -Dsyncguard.contentionSeconds=60} they come for as long as
 * that.
 */
@Timeout(300)
@Tag("alone")
class ShortLivedProcessesTest {
    private static final Duration LENGTH = Duration.ofSeconds(Integer.getInteger("syncguard.contentionSeconds", 5));
    private static final LockOptions PATIENT =
            LockOptions.defaults().withTimeout(Duration.ofSeconds(60)).withMaxRetries(Integer.MAX_VALUE);
    private static final LockOptions HASTY = PATIENT.withTimeout(Duration.ofSeconds(2));

    private final FirestoreLockOptions options = FirestoreLockOptions.defaults()
            .withCollection("locks-" + UUID.randomUUID())
            .withOperationTimeout(Duration.ofSeconds(20));
    private final List<Firestore> clients = new ArrayList<>();
    private final ExecutorService processes = Executors.newCachedThreadPool();
    private final AtomicInteger started = new AtomicInteger();
    private final AtomicInteger served = new AtomicInteger();

    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    @AfterEach
    void close() {
        processes.shutdownNow();
        clients.forEach(Emulated::close);
    }

    private void connect() {
        for (int i = 0; i < 4; i++) {
            Firestore client = Emulated.through(new Wire());
            Fixture.done(
                    client.collection(options.collection()).document("warm-up").get());
            clients.add(client);
        }
    }

    private CompletableFuture<Void> start(LockOptions lock) {
        Firestore client = clients.get(started.getAndIncrement() % clients.size());
        return CompletableFuture.runAsync(
                () -> {
                    try (SyncGuard guard = SyncGuard.using(FirestoreLockBackend.create(client, options));
                            HeldLock held = guard.acquire("job", lock)) {
                        Pause.millis(20);
                        served.addAndGet(held.isHeld() ? 1 : 0);
                    }
                },
                processes);
    }

    private Duration tookOne() {
        try (StallMeter stalls = StallMeter.start()) {
            start(PATIENT).join();
            return stalls.elapsed();
        }
    }

    private Duration soonest() {
        return IntStream.range(0, 5)
                .mapToObj(round -> tookOne())
                .min(Duration::compareTo)
                .orElseThrow();
    }

    private void assertAsFastAs(Duration before) {
        assertThat(soonest()).isLessThan(before.plusMillis(100));
    }

    @Test
    @DisplayName("WAI-5 of processes that come ten a second each is served, and none is slower than before afterwards")
    void oneAfterTheOther() {
        connect();
        Duration before = soonest();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < LENGTH.toSeconds() * 10; i++) {
            all.add(start(PATIENT));
            Pause.millis(100);
        }
        all.forEach(CompletableFuture::join);
        assertThat(served).hasValue(started.get());

        assertAsFastAs(before);
    }

    @Test
    @DisplayName("WAI-5 a crowd that comes at once and mostly gives up is served meanwhile, and leaves nothing behind")
    void crowd() {
        connect();
        Duration before = soonest();
        List<CompletableFuture<Void>> all =
                IntStream.range(0, 200).mapToObj(number -> start(HASTY)).toList();
        all.forEach(process -> process.exceptionally(gaveUp -> null).join());
        assertThat(served.get()).isGreaterThan(1);

        assertAsFastAs(before);
    }
}

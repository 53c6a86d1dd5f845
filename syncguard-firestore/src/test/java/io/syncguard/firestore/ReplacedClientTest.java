package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.firestore.Firestore;
import io.syncguard.LockKey;
import io.syncguard.spi.CallDeadlines;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A request that goes to a client which was closed for another one a moment ago. */
@Timeout(180)
class ReplacedClientTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final FirestoreThreads threads = new FirestoreThreads();
    private final Answers answers = new Answers(CallDeadlines.of(TIMEOUT, TIMEOUT), () -> {});
    private final Firestore closed = Emulated.through(new Wire());
    private final AtomicBoolean isReplacedNow = new AtomicBoolean();

    @AfterEach
    void close() {
        threads.close();
    }

    private Firestore client() {
        if (isReplacedNow.compareAndSet(true, false)) {
            answers.reconnected();
            return closed;
        }
        return Emulated.shared();
    }

    @Test
    @DisplayName("FST-16 a read is made again on the new client")
    void readIsMadeAgain() {
        Emulated.close(closed);
        FirestoreStore store = new FirestoreStore(
                this::client, FirestoreLockOptions.defaults().withCollection("locks-" + UUID.randomUUID()));
        LocalWaiters local = new LocalWaiters(
                "process", Duration.ofMillis(200), key -> key.value(), new QueueWriter(store, threads));
        try (FirestoreAsyncBackend backend =
                new FirestoreAsyncBackend(store, answers, new KnownLocks(), local, threads, Runnable::run)) {
            isReplacedNow.set(true);

            assertThat(backend.isLocked(LockKey.of("job")).join()).isFalse();
            assertThat(isReplacedNow).isFalse();
        }
    }
}

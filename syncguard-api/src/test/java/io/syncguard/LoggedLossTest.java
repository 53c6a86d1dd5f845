package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ReleaseResult;
import java.text.MessageFormat;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The log of a guard without a listener. */
@Timeout(120)
@ExtendWith(SilentLog.class)
class LoggedLossTest {
    private static final String KEY = "secret-key";
    private static final LockOptions NAMED =
            LockOptions.defaults().withTtl(Duration.ofSeconds(3)).withName("charge-payment");

    private final Logger logger = Logger.getLogger(SyncGuard.class.getName());
    private final List<LogRecord> lines = new CopyOnWriteArrayList<>();
    private final List<String> threads = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            threads.add(Thread.currentThread().getName());
            lines.add(line);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private final ScriptedBackend backend = new ScriptedBackend();

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
    }

    @AfterEach
    void stopListening() {
        logger.removeHandler(handler);
    }

    private String onlyLine() {
        Await.until("a line", () -> !lines.isEmpty());
        assertThat(lines).hasSize(1);
        LogRecord line = lines.get(0);
        assertThat(line.getLevel()).isEqualTo(Level.WARNING);
        assertThat(threads).as("not on a thread that others wait for").containsOnly("syncguard-listener");
        String text = line.getParameters() == null
                ? line.getMessage()
                : MessageFormat.format(line.getMessage(), line.getParameters());
        assertThat(text)
                .contains("charge-payment " + LockKey.of(KEY).fingerprint())
                .doesNotContain(KEY);
        return text;
    }

    @Test
    @DisplayName("TEL-3 a lock with a heartbeat that the server no longer has is one line, also after it was closed")
    void absent() {
        backend.extensions.add(ExtendResult.Absent::new);
        try (SyncGuard guard = SyncGuard.using(backend)) {
            try (HeldLock lock = guard.acquire(KEY, NAMED.withHeartbeat())) {
                Await.until("lost", () -> !lock.isHeld());
                assertThat(onlyLine()).contains("no longer has it", lock.fence().toString());
            }
        }
        assertThat(lines).hasSize(1);
    }

    @Test
    @DisplayName("TEL-3 a lock whose deadline passes is one line, in the asynchronous view too")
    void deadline() {
        backend.releases.add(() -> ReleaseResult.ABSENT);
        try (SyncGuard guard = SyncGuard.using(backend)) {
            AsyncHeldLock lock = guard.async()
                    .acquire(KEY, NAMED.withTtl(Duration.ofMillis(50)))
                    .join();
            lock.lost().toCompletableFuture().join();
            assertThat(onlyLine()).contains("its ttl was over");
            lock.close().join();
        }
        assertThat(lines).hasSize(1);
    }

    @Test
    @DisplayName("TEL-3 a lock that its guard is closed under is one line, written before close returns")
    void closed() {
        SyncGuard guard = SyncGuard.using(backend);
        HeldLock lock = guard.acquire(KEY, NAMED);

        guard.close();

        assertThat(lines).hasSize(1);
        assertThat(onlyLine()).contains("its guard was closed");
        assertThat(lock.isHeld()).isFalse();
    }

    @Test
    @DisplayName("TEL-3 a lock that expires without being watched is one line when it is closed")
    void closedTooLate() {
        backend.releases.add(() -> ReleaseResult.ABSENT);
        try (SyncGuard guard = SyncGuard.using(backend)) {
            guard.acquire(KEY, NAMED).close();
            assertThat(onlyLine()).contains("had ended before it was released");
        }
    }

    @Test
    @DisplayName("TEL-3 a listener that was set is told in place of the log")
    void listener() {
        List<LostLock> lost = new CopyOnWriteArrayList<>();
        LockListener own = new LockListener() {
            @Override
            public void lockLost(LostLock each) {
                lost.add(each);
            }
        };
        try (SyncGuard guard = SyncGuard.using(backend, GuardOptions.defaults().withListener(own))) {
            HeldLock unused = guard.acquire(KEY, NAMED);
        }
        assertThat(lost).hasSize(1);
        assertThat(lines).isEmpty();
    }
}

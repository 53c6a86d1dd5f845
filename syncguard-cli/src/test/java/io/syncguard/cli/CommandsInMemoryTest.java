package io.syncguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.HeldLock;
import io.syncguard.SyncGuard;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What commands say and ask, on locks of this JVM. */
class CommandsInMemoryTest {
    private final String uri = "memory:" + UUID.randomUUID();
    private final Map<String, String> environment = Map.of("SYNCGUARD_URI", uri);
    private final SyncGuard guard = SyncGuard.connect(uri);

    @AfterEach
    void close() {
        guard.close();
    }

    @Test
    @DisplayName("REL-1 release asks, and releases only after a yes")
    void asks() {
        HeldLock lock = guard.acquire("job");

        ProgramRun no = ProgramRun.answered("n\n", environment, "release", "--key", "job");
        assertThat(no.code()).isEqualTo(1);
        assertThat(no.out()).isEqualTo("nothing was released\n");
        assertThat(no.err())
                .contains("does not stop its holder", "fencing token")
                .endsWith("Release? [y/N] ");
        assertThat(ProgramRun.answered("", environment, "release", "--key", "job")
                        .code())
                .isEqualTo(1);
        assertThat(guard.isLocked("job")).isTrue();

        ProgramRun yes = ProgramRun.answered("y\n", environment, "release", "--key", "job");
        assertThat(yes.code()).isZero();
        assertThat(yes.out()).isEqualTo("released\n");
        assertThat(lock.release()).isFalse();
    }

    @Test
    @DisplayName("REL-1 release by key leaves a lock that somebody else has acquired while it asked")
    void handedOver() {
        HeldLock first = guard.acquire("job");
        AtomicReference<HeldLock> second = new AtomicReference<>();

        ProgramRun run = ProgramRun.confirmedAfter(
                () -> {
                    first.close();
                    second.set(guard.acquire("job"));
                },
                environment,
                "release",
                "--key",
                "job");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).contains("ended meanwhile");
        assertThat(second.get().release()).isTrue();
    }

    @Test
    @DisplayName("KEY-8 what a key contains cannot move the cursor of a terminal")
    void oddKeys() {
        try (HeldLock unused = guard.acquire("a\u001b[2Jb\nc\u202ed")) {
            ProgramRun list = ProgramRun.of(environment, "list", "--raw");
            assertThat(list.out()).contains("a\\u001b[2Jb\\u000ac\\u202ed").hasLineCount(3);
            assertThat(ProgramRun.of(environment, "show", "a\u001b[2Jb\nc\u202ed", "--raw")
                            .out())
                    .contains("a\\u001b[2Jb\\u000ac\\u202ed");
        }
    }

    @Test
    @DisplayName("KEY-2 a prefix that is composed differently finds the same keys")
    void composed() {
        try (HeldLock unused = guard.acquire("caf\u00e9:1")) {
            assertThat(ProgramRun.of(environment, "list", "cafe\u0301").out()).endsWith("1 lock\n");
        }
    }

    @Test
    @DisplayName("a key may begin with an at sign, which names no file")
    void atSign() {
        try (HeldLock unused = guard.acquire("@home")) {
            assertThat(ProgramRun.of(environment, "show", "@home").code()).isZero();
        }
    }

    @Test
    @DisplayName("on a terminal watch draws over the table that is there")
    void redraws() {
        try (HeldLock unused = guard.acquire("job")) {
            ProgramRun watched =
                    ProgramRun.answered("", environment, "watch", "--every", "100ms", "--count", "2", "--raw");
            assertThat(watched.code()).isZero();
            assertThat(watched.out()).startsWith("\u001b[H\u001b[2J").contains("job");
            assertThat(watched.out().split("\u001b\\[H", -1)).hasSize(3);
            assertThat(watched.out().split("\u001b\\[2J", -1)).hasSize(2);
        }
    }

    @Test
    @DisplayName("fences and doctor say what they cannot tell of another store")
    void otherStores() {
        ProgramRun fences = ProgramRun.of(environment, "fences");
        assertThat(fences.code()).isEqualTo(2);
        assertThat(fences.err()).contains("only Redis keeps fence counters");
        assertThat(ProgramRun.of(environment, "doctor").out()).endsWith("nothing to mend\n");
    }
}

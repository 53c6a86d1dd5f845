package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.HeldLock;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.spi.BackendUri;
import io.syncguard.testservers.FirestoreEmulator;
import io.syncguard.testsupport.Pause;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two clients, one of them in a JVM whose wall clock is an hour off. */
@Tag("side-by-side")
@Execution(ExecutionMode.SAME_THREAD)
@Timeout(300)
class WrongClockTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    /** Long enough for the other process to look in time on a busy machine. */
    private static final Duration SHORT = Duration.ofSeconds(3);

    private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();

    private final String run = UUID.randomUUID().toString();

    /** A JVM under faketime is slow to start. */
    private final String uri = "firestore://" + Emulated.PROJECT + "?operationTimeoutMillis=30000&collection=locks-"
            + run + "&fenceCollection=fences-" + run;

    @BeforeAll
    static void needs() {
        Emulated.require();
        boolean installed = Arrays.stream(String.valueOf(System.getenv("PATH")).split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "faketime")));
        if (!installed && System.getenv("CI") == null) {
            Assumptions.abort("no faketime: install Debian's package of that name");
        }
        assertThat(installed)
                .as("the command faketime, of Debian's package faketime")
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"+1h", "-1h"})
    @DisplayName("FST-2, TIME-4 a client whose clock is an hour off steals no live lock and keeps no dead one")
    void hourOff(String offset) throws IOException {
        try (Other other = new Other(offset, uri);
                SyncGuard guard = SyncGuard.using(
                        FirestoreLockBackendProvider.open(BackendUri.parse(uri), FirestoreEmulator.address()))) {
            long off = Long.parseLong(other.does("now -")) - System.currentTimeMillis();
            assertThat(Math.abs(off)).as("the offset itself").isBetween(HOUR_MILLIS - 60_000, HOUR_MILLIS + 60_000);

            try (HeldLock live = guard.tryAcquire("ours", LockOptions.defaults().withTtl(LONG))
                    .orElseThrow()) {
                assertThat(other.does("isLocked ours")).isEqualTo("true");
                assertThat(other.does("take ours 60000")).as("our live lock").isEqualTo("locked");
                assertThat(live.isHeld()).isTrue();
            }
            assertThat(other.does("take ours 60000")).as("what we gave back").isEqualTo("fence 2");
            assertThat(guard.tryAcquire("ours", LockOptions.defaults().withTtl(LONG)))
                    .as("its live lock")
                    .isEmpty();

            Optional<HeldLock> dying =
                    guard.tryAcquire("dying", LockOptions.defaults().withTtl(SHORT));
            assertThat(dying).isPresent();
            assertThat(other.does("take dying 60000"))
                    .as("within the tolerance")
                    .isEqualTo("locked");
            awaitTolerance();
            assertThat(other.does("isLocked dying")).isEqualTo("false");
            assertThat(other.does("take dying " + SHORT.toMillis()))
                    .as("our dead lock")
                    .isEqualTo("fence 2");
            assertThat(guard.isLocked("dying")).isTrue();
            awaitTolerance();
            assertThat(guard.tryAcquire("dying", LockOptions.defaults().withTtl(LONG)))
                    .as("its dead lock")
                    .isPresent();

            assertThat(other.does("take long " + SHORT.toMillis())).isEqualTo("fence 1");
            assertThat(other.does("extend long 60000")).isEqualTo("true");
            awaitTolerance();
            awaitTolerance();
            assertThat(guard.tryAcquire("long", LockOptions.defaults().withTtl(LONG)))
                    .as("what it extended")
                    .isEmpty();
        }
    }

    private static void awaitTolerance() {
        Pause.of(SHORT.plusMillis(1_150));
    }

    /** The client with the wrong clock. */
    private static final class Other implements AutoCloseable {
        private final Process process;
        private final PrintStream to;
        private final BufferedReader from;

        Other(String offset, String uri) throws IOException {
            process = new ProcessBuilder(
                            "faketime",
                            // The clock that measures time passing goes right.
                            "--exclude-monotonic",
                            "-f",
                            offset,
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            ForeignClock.class.getName(),
                            FirestoreEmulator.address(),
                            uri)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            to = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
            from = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        }

        String does(String line) throws IOException {
            to.println(line);
            return String.valueOf(from.readLine());
        }

        @Override
        public void close() {
            to.close();
            try {
                if (!process.waitFor(5, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}

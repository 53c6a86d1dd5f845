package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.FenceToken;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
@Timeout(500)
class WrongClockTest {
    /** Longer than the whole test, on a busy machine too. */
    private static final Duration LONG = Duration.ofMinutes(10);

    /** Long enough for the other process to look in time, unless the machine stalls. */
    private static final Duration SHORT = Duration.ofSeconds(3);

    private static final Duration HALF_AN_HOUR = Duration.ofMinutes(30);
    private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();

    private final String run = UUID.randomUUID().toString();

    /** A JVM under faketime is slow to start. */
    private final String uri = "firestore://" + Emulated.PROJECT
            + "?operationTimeoutMillis=30000&connectTimeoutMillis=60000&collection=locks-" + run;

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
    @DisplayName(
            "FST-9, TIME-4, FEN-1 a client whose clock is an hour off steals no live lock, keeps no dead one and has the server's tokens")
    void hourOff(String offset) throws IOException {
        try (Other other = new Other(offset, uri);
                SyncGuard guard = SyncGuard.using(
                        FirestoreLockBackendProvider.open(BackendUri.parse(uri), FirestoreEmulator.address()))) {
            long off = Long.parseLong(other.does("now -")) - System.currentTimeMillis();
            assertThat(Math.abs(off)).as("the offset itself").isBetween(HOUR_MILLIS - 60_000, HOUR_MILLIS + 60_000);

            assertThat(other.does("isLocked ours")).as("once it is connected").isEqualTo("false");

            FenceToken ours;
            try (HeldLock live = guard.tryAcquire("ours", LockOptions.defaults().withTtl(LONG))
                    .orElseThrow()) {
                assertThat(other.does("isLocked ours")).isEqualTo("true");
                assertThat(other.does("take ours " + LONG.toMillis()))
                        .as("our live lock")
                        .isEqualTo("locked");
                assertThat(live.isHeld()).isTrue();
                ours = live.fence();
            }
            FenceToken theirs = other.takes("ours", LONG);
            assertThat(theirs).as("FEN-1 for what we released").isGreaterThan(ours);
            assertThat(List.of(ours, theirs)).allSatisfy(WrongClockTest::assertOfTheServersClock);
            assertThat(guard.tryAcquire("ours", LockOptions.defaults().withTtl(LONG)))
                    .as("its live lock")
                    .isEmpty();

            assertThat(guard.isLocked("ours")).isTrue();

            Map<String, FenceToken> dead = new HashMap<>();
            String dying = unlessStalled("within the tolerance", key -> {
                HeldLock lock = guard.tryAcquire(key, LockOptions.defaults().withTtl(SHORT))
                        .orElseThrow();
                dead.put(key, lock.fence());
                return other.does("take " + key + " " + LONG.toMillis()).equals("locked");
            });
            awaitTolerance();
            assertThat(other.does("isLocked " + dying)).isEqualTo("false");
            assertThat(other.takes(dying, SHORT)).as("FEN-1 for our dead lock").isGreaterThan(dead.get(dying));
            awaitTolerance();
            assertThat(guard.tryAcquire(dying, LockOptions.defaults().withTtl(LONG)))
                    .as("its dead lock")
                    .isPresent();

            String extended = unlessStalled("extending in time", key -> {
                assertOfTheServersClock(other.takes(key, SHORT));
                return other.does("extend " + key + " " + LONG.toMillis()).equals("true");
            });
            awaitTolerance();
            awaitTolerance();
            assertThat(guard.tryAcquire(extended, LockOptions.defaults().withTtl(LONG)))
                    .as("what it extended")
                    .isEmpty();
        }
    }

    private interface Attempt {
        boolean holds(String key) throws IOException;
    }

    /**
     * Makes an attempt that must hold before a short lock ends, and returns its key. If it took longer it says nothing, and is made again
     * with another key.
     */
    private static String unlessStalled(String what, Attempt attempt) throws IOException {
        for (int i = 1; ; i++) {
            String key = what.replace(' ', '-') + i;
            long begun = System.nanoTime();
            if (attempt.holds(key)) {
                return key;
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .as("%s: how long it took, and did not hold", what)
                    .isGreaterThan(SHORT);
        }
    }

    /** The emulator has the clock of this JVM. */
    private static void assertOfTheServersClock(FenceToken fence) {
        Duration off = Duration.ofMillis(fence.value() / 100 - System.currentTimeMillis());

        assertThat(off.abs())
                .as("FEN-1 how far %s is off the server's clock", fence)
                .isLessThan(HALF_AN_HOUR);
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

        /** Takes a lock, which must be free. */
        FenceToken takes(String key, Duration ttl) throws IOException {
            String answer = does("take " + key + " " + ttl.toMillis());
            assertThat(answer).startsWith("fence ");
            return FenceToken.parse(answer.substring("fence ".length()));
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

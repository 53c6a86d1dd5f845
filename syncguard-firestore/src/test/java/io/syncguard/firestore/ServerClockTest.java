package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.spi.AcquireResult.Acquired;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That Firestore's clock decides, and none of the client's. */
@Timeout(180)
class ServerClockTest {
    /** How a class file names the ways to ask for the wall clock's time. */
    private static final List<String> WALL_CLOCKS =
            List.of("currentTimeMillis", "()Ljava/time/Instant;", "java/time/Clock", "java/util/Date", "LocalDateTime");

    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    @Test
    @DisplayName("FST-9, TIME-4 a lock begins at the read time Firestore returned, whatever the client's clock says")
    void beginsAtReadTime() {
        try (Fixture fixture = new Fixture()) {
            long before = readTime(fixture);
            Acquired acquired = fixture.acquire();
            long after = readTime(fixture);

            long begin = acquired.expiresAt().toEpochMilli() - Fixture.TTL.millis();

            assertThat(begin).isBetween(before, after);
            assertThat(fixture.backend
                            .lookup(fixture.key)
                            .orElseThrow()
                            .acquiredAt()
                            .toEpochMilli())
                    .isEqualTo(begin);
        }
    }

    private static long readTime(Fixture fixture) {
        return ServerTimes.millis(Fixture.done(fixture.lockDocument().get()).getReadTime());
    }

    @Test
    @DisplayName("FST-9, TIME-4 no class of the backend asks for the wall clock's time")
    void asksNoClock() throws Exception {
        Path classes = Path.of(FirestoreLockBackend.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.walk(classes)) {
            List<Path> ours =
                    files.filter(file -> file.toString().endsWith(".class")).toList();
            assertThat(ours).hasSizeGreaterThan(10);
            for (Path file : ours) {
                String constants = read(file);
                assertThat(WALL_CLOCKS.stream().filter(constants::contains))
                        .as("ways to ask for the time in %s", file.getFileName())
                        .isEmpty();
            }
        }
    }

    private static String read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}

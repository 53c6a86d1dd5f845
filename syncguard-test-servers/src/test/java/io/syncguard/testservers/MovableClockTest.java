package io.syncguard.testservers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MovableClockTest {
    @Test
    @DisplayName(
            "a server with this clock that is killed leaves nothing in shared memory that would stop a later process of its number")
    void nothingStays() {
        Optional<MovableClock> movable = MovableClock.create();
        Assumptions.assumeTrue(
                movable.isPresent(), "no faketime or no redis-server: install Debian's packages of those names");
        List<Path> left;
        try (MovableClock clock = movable.get()) {
            try (RedisTestServer server = RedisTestServer.start(clock.place())) {
                left = ProcessHandle.current()
                        .children()
                        .flatMap(process ->
                                Stream.of("sem.faketime_sem_", "faketime_shm_").map(kind -> kind + process.pid()))
                        .map(Path.of("/dev/shm")::resolve)
                        .filter(Files::exists)
                        .toList();
                server.kill();
            }
            assertThat(left).hasSize(2).allMatch(Files::exists, "is left by the kill");
        }

        assertThat(left).noneMatch(Files::exists);
    }
}

package io.syncguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.FenceToken;
import io.syncguard.LockId;
import io.syncguard.LockRecord;
import io.syncguard.redis.common.FenceMemory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How durations, tables and locks are shown. */
class FormatsTest {
    @ParameterizedTest
    @CsvSource({
        "-5,0 ms",
        "0,0 ms",
        "999,999 ms",
        "1000,1 s",
        "59999,59 s",
        "60000,1 m",
        "200000,3 m 20 s",
        "3600000,1 h",
        "7500000,2 h 5 m",
        "86400000,1 d",
        "360000000,4 d 4 h"
    })
    @DisplayName("durations have two units at most")
    void durations(long millis, String words) {
        assertThat(HumanDuration.of(Duration.ofMillis(millis))).isEqualTo(words);
    }

    @Test
    @DisplayName("columns are as wide as their widest cell, whatever the characters")
    void table() {
        TextTable table = new TextTable(List.of("A", "B", "C"));
        table.add(List.of("long cell", "1", "x"));
        table.add(List.of("\ud83d\ude00", "222", ""));
        assertThat(table.lines())
                .containsExactly("A          B    C", "long cell  1    x", "\ud83d\ude00          222");
    }

    @Test
    @DisplayName("RDS-11 fence counters are one line, with what one takes up")
    void fences() {
        assertThat(FencesCommand.line(new FenceMemory("app", 1_234, 108_592)))
                .isEqualTo("app: 1,234 fence counters, 108,592 bytes (88 each)");
        assertThat(FencesCommand.line(new FenceMemory("app", 0, 0)))
                .isEqualTo("app: 0 fence counters, 0 bytes (0 each)");
    }

    private static LockView view(String key, long heldSeconds, long leftSeconds, int waiting) {
        Instant now = Instant.parse("2026-11-27T12:00:00Z");
        return new LockView(
                new LockRecord(
                        key,
                        LockId.random(),
                        new FenceToken(1),
                        now.minusSeconds(heldSeconds),
                        now.plusSeconds(leftSeconds),
                        Duration.ofSeconds(leftSeconds),
                        Optional.empty()),
                OptionalInt.of(waiting));
    }

    @Test
    @DisplayName("locks are ordered by what is left, by how long they are held, or by how many wait")
    void orders() {
        LockView a = view("a", 10, 30, 0);
        LockView b = view("b", 90, 20, 1);
        LockView c = view("c", 50, 10, 7);

        assertThat(Stream.of(a, b, c).sorted(LockOrder.LEFT.comparator())).containsExactly(c, b, a);
        assertThat(Stream.of(a, b, c).sorted(LockOrder.HELD.comparator())).containsExactly(b, c, a);
        assertThat(Stream.of(a, b, c).sorted(LockOrder.WAITING.comparator())).containsExactly(c, b, a);
    }

    @Test
    @DisplayName("LKP-3 a lock that lives on the tolerance alone is ending")
    void ending() {
        assertThat(view("a", 10, 0, 0).leftInWords()).isEqualTo("ending");
        assertThat(view("a", 10, 0, 0).held()).isEqualTo(Duration.ofSeconds(10));
    }
}

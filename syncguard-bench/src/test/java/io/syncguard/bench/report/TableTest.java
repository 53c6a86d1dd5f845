package io.syncguard.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TableTest {
    private final Table table = new Table("name", "a", "b");

    @Test
    @DisplayName("numbers stand to the right of names, rows in their order")
    void markdown() {
        table.add("one", "1", "2");
        table.add("a|b", "–", "10");
        assertThat(table.markdown())
                .isEqualTo(
                        """
                        | name | a | b |
                        | --- | ---: | ---: |
                        | one | 1 | 2 |
                        | a\\|b | – | 10 |
                        """);
    }

    @Test
    @DisplayName("a row of another length is refused")
    void length() {
        assertThatThrownBy(() -> table.add("one", "1")).isInstanceOf(IllegalArgumentException.class);
    }
}

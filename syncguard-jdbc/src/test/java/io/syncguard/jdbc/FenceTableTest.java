package io.syncguard.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class FenceTableTest {
    @Test
    @DisplayName("GRD-7 plain names pass, and a schema before the table")
    void names() {
        assertThat(new FenceTable("db.app.Fences_2", "_r", "f").read())
                .isEqualTo("select f from db.app.Fences_2 where _r = ?");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "2x", "a b", "a;drop table x", "\"a\"", "a--", "a.", "ä", "a\n", "f'", "a.b.c.d"})
    @DisplayName("GRD-7, ERR-4 what is no plain name is INVALID_ARGUMENT wherever it is given")
    void refused(String name) {
        assertRefused(name, "r", "f");
        assertRefused("t", name, "f");
        assertRefused("t", "r", name);
    }

    @Test
    @DisplayName("GRD-7, ERR-4 a column has no schema, and resource and fence are not one column")
    void columns() {
        assertRefused("t", "s.r", "f");
        assertRefused("t", "same", "SAME");
    }

    private static void assertRefused(String table, String resourceColumn, String fenceColumn) {
        assertThatThrownBy(() -> JdbcFenceCheck.on(table, resourceColumn, fenceColumn))
                .isInstanceOfSatisfying(
                        LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT));
    }
}

package io.syncguard.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoredTextTest {
    @Test
    @DisplayName("GRD-7 well-formed text passes as it is, and only a name must not be empty")
    void passes() {
        assertThat(StoredText.checked("the value", "")).isEmpty();
        assertThat(StoredText.checkedName("the key", "A\u030a \ud83d\ude00")).isEqualTo("A\u030a \ud83d\ude00");
        assertRefused("", "must not be empty");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"x\ud83d", "\ude00x"})
    @DisplayName("GRD-7, ERR-4 null and text that is not well-formed are refused, and not quoted")
    void refused(String text) {
        assertRefused(text, text == null ? "must not be null" : "unpaired surrogate");
    }

    private static void assertRefused(String text, String why) {
        assertThatThrownBy(() -> StoredText.checkedName("the key", text))
                .isInstanceOfSatisfying(LockException.class, e -> {
                    assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
                    assertThat(e).hasMessageContaining("the key").hasMessageContaining(why);
                });
    }
}

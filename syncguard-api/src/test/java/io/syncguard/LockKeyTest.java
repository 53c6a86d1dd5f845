package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class LockKeyTest {
    @ParameterizedTest
    @NullAndEmptySource
    @DisplayName("KEY-1, ERR-4 null and the empty string are no keys")
    void nothing(String key) {
        assertThatThrownBy(() -> LockKey.of(key)).satisfies(LockKeyTest::isInvalidArgument);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud83d", "\udd12", "a\ud83d", "\ud83da", "a\udd12b", "\udd12\ud83d", "\ud83d\ud83d\udd12"})
    @DisplayName("KEY-1, ERR-4 an unpaired surrogate is refused, and not shown")
    void unpairedSurrogate(String key) {
        assertThatThrownBy(() -> LockKey.of(key))
                .satisfies(LockKeyTest::isInvalidArgument)
                .hasMessageContaining("unpaired surrogate at index")
                .hasMessageNotContaining(key);
    }

    private static void isInvalidArgument(Throwable thrown) {
        assertThat(thrown).isInstanceOf(LockException.class);
        assertThat(((LockException) thrown).code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
        assertThat(((LockException) thrown).isOutcomeUnknown()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\0", "a/b", "\ud83d\udd12", "{}", "\uffff"})
    @DisplayName("KEY-1 every other string is a key")
    void anything(String key) {
        assertThat(LockKey.of(key).value()).isEqualTo(key);
    }

    @Test
    @DisplayName("KEY-2 a key composed differently is the same key")
    void normalised() {
        LockKey composed = LockKey.of("caf\u00e9");
        LockKey decomposed = LockKey.of("cafe\u0301");

        assertThat(decomposed).isEqualTo(composed).hasSameHashCodeAs(composed);
        assertThat(decomposed.value()).isEqualTo("caf\u00e9");
        assertThat(decomposed.fingerprint()).isEqualTo(composed.fingerprint());
    }

    @Test
    @DisplayName("KEY-8 a fingerprint of 24 hex digits stands for the key, the first 96 bits of its SHA-256")
    void fingerprint() {
        LockKey key = LockKey.of("abc");

        // From the standard's own example.
        assertThat(key.fingerprint()).isEqualTo("ba7816bf8f01cfea414140de");
        assertThat(key).hasToString("LockKey[ba7816bf8f01cfea414140de]");
    }
}

package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.spi.HolderLabel;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link GuardOptions#withHolder}, and what backends keep of it. */
class HolderOptionTest {
    @Test
    @DisplayName("HLR-1 options have no label by default, and any other text that is no more than 128 characters")
    void accepted() {
        assertThat(GuardOptions.defaults().holder()).isEmpty();
        for (String label : List.of("a", "pod-7:4711", "x".repeat(128), "\"}é😀")) {
            GuardOptions options = GuardOptions.defaults().withHolder(label);
            assertThat(options.holder()).contains(label);
            assertThat(options.withKeysShown()
                            .withListener(LockListener.LOGGING)
                            .holder())
                    .as("the label after other options")
                    .contains(label);
            assertThat(options)
                    .isEqualTo(GuardOptions.defaults().withHolder(label))
                    .isNotEqualTo(GuardOptions.defaults());
            assertThat(options.toString()).contains(label);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb", "\u0000", "\u0085", "\ud800"})
    @DisplayName("ERR-4 an empty label and one with characters that no log can show is refused")
    void refused(String label) {
        assertRefused(label);
    }

    @Test
    @DisplayName("ERR-4 a label that is too long, and none at all, is refused")
    void tooLong() {
        assertRefused("x".repeat(129));
        assertRefused(null);
    }

    private static void assertRefused(String label) {
        assertThatThrownBy(() -> GuardOptions.defaults().withHolder(label))
                .isInstanceOf(InvalidArgumentException.class);
        HolderLabel kept = new HolderLabel();
        assertThatThrownBy(() -> kept.set(label)).isInstanceOf(InvalidArgumentException.class);
        assertThat(kept.get()).isNull();
    }

    @Test
    @DisplayName("HLR-1 a guard with a label is not created on a backend that stores none, and one without is")
    void notStored() {
        ScriptedBackend backend = new ScriptedBackend();

        assertThatThrownBy(
                        () -> SyncGuard.using(backend, GuardOptions.defaults().withHolder("pod-7")))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("does not store who holds a lock");
        SyncGuard.using(backend).close();
    }

    @Test
    @DisplayName("HLR-1 a backend keeps its first label")
    void firstIsKept() {
        HolderLabel label = new HolderLabel();
        label.set("first");
        label.set("first");

        assertThatThrownBy(() -> label.set("second"))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("GuardOptions.withHolder");
        assertThat(label.get()).isEqualTo("first");
    }
}

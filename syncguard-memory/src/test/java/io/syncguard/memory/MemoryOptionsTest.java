package io.syncguard.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.InvalidArgumentException;
import io.syncguard.spi.BackendUri;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MemoryOptionsTest {
    private static final MemoryOptions ALL = MemoryOptions.defaults()
            .withKeyPrefix("app")
            .withRejectLongKeys(true)
            .withCleanupInIsLocked(true)
            .withOperationTimeout(Duration.ofMillis(500));

    @Test
    @DisplayName("each option is kept, by its method and by its parameter")
    void kept() {
        assertThat(ALL.keyPrefix()).isEqualTo("app");
        assertThat(ALL.rejectLongKeys()).isTrue();
        assertThat(ALL.cleanupInIsLocked()).isTrue();
        assertThat(ALL.operationTimeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(MemoryOptions.from(
                        BackendUri.parse("memory:?keyPrefix=app&rejectLongKeys=true&cleanupInIsLocked=true"
                                + "&operationTimeoutMillis=500")))
                .isEqualTo(ALL)
                .hasSameHashCodeAs(ALL)
                .hasToString("MemoryOptions[keyPrefix=app, cleanupInIsLocked=true, rejectLongKeys=true,"
                        + " operationTimeout=PT0.5S]");
        assertThat(MemoryOptions.from(BackendUri.parse("memory:"))).isEqualTo(MemoryOptions.defaults());
        assertThat(MemoryOptions.defaults())
                .isNotEqualTo(ALL)
                .isNotEqualTo(MemoryOptions.defaults().withKeyPrefix("app"))
                .isNotEqualTo(MemoryOptions.defaults().withRejectLongKeys(true))
                .isNotEqualTo(MemoryOptions.defaults().withCleanupInIsLocked(true))
                .isNotEqualTo(MemoryOptions.defaults().withOperationTimeout(Duration.ofMillis(500)));
    }

    @Test
    @DisplayName("ERR-4, KEY-7 invalid values are refused, null too")
    void refused() {
        for (String invalid : new String[] {null, "", " ", "a:", "id:a"}) {
            assertThatThrownBy(() -> ALL.withKeyPrefix(invalid)).isInstanceOf(InvalidArgumentException.class);
        }
        for (Duration invalid : new Duration[] {null, Duration.ZERO, Duration.ofHours(2)}) {
            assertThatThrownBy(() -> ALL.withOperationTimeout(invalid)).isInstanceOf(InvalidArgumentException.class);
        }
        assertThatThrownBy(() -> MemoryLockBackend.on(new MemoryStore(), null))
                .isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> TestLocks.create().backend(null)).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> TestLocks.create().guard(null)).isInstanceOf(InvalidArgumentException.class);
    }
}

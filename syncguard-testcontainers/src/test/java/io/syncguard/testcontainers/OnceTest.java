package io.syncguard.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OnceTest {
    private final AtomicInteger attempts = new AtomicInteger();

    @Test
    void isMadeOnce() {
        Once<Integer> once = new Once<>(attempts::incrementAndGet);

        assertThat(once.get()).isEqualTo(1);
        assertThat(once.get()).isEqualTo(1);
    }

    @Test
    void failsOnce() {
        RuntimeException failure = new IllegalArgumentException("no");
        Once<Integer> once = new Once<>(() -> {
            attempts.incrementAndGet();
            throw failure;
        });

        assertThatThrownBy(once::get).isSameAs(failure);
        assertThatThrownBy(once::get)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no")
                .hasCause(failure);
        assertThat(attempts).hasValue(1);
    }
}

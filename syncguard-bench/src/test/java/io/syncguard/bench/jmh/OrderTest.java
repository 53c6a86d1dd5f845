package io.syncguard.bench.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.bench.load.Load;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderTest {
    @Test
    @DisplayName("an order is read as it was written, with blanks in the file's name too")
    void line() {
        Order order = new Order(
                Load.async(64), "3", Duration.ofMillis(300), Duration.ofSeconds(2), Path.of("a folder", "slice.json"));
        assertThat(Order.read(order.line())).isEqualTo(order);
    }

    @Test
    @DisplayName("an order may ask for no file")
    void unrecorded() {
        Order order = Order.unrecorded(Load.pairs(1), Duration.ZERO, Duration.ofMillis(1));
        assertThat(Order.read(order.line())).isEqualTo(order);
        assertThat(order.json().toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "pair-1", "steal-1\t1\t1\t1\t", "pair-1\t1\tx\t1\t"})
    @DisplayName("what is no order is refused")
    void odd(String line) {
        assertThatThrownBy(() -> Order.read(line)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("keys have the 17 bytes that figures of memory are given for")
    void keys() {
        assertThat(KeyNames.of(0, 0)).hasSize(17);
        assertThat(KeyNames.of(Load.MOST_CALLERS - 1, KeyNames.OF_CALLER - 1)).hasSize(17);
    }
}

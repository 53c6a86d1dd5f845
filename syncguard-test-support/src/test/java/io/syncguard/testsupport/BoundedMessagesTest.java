package io.syncguard.testsupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BoundedMessagesTest {
    private static final int MOST = 3 * BoundedMessages.MOST_CHARACTERS;

    private static final List<String> MANY =
            IntStream.range(0, 100_000).mapToObj(i -> "element " + i).toList();

    @Test
    void manyElements() {
        assertThat(catchThrowable(() -> assertThat(MANY).isEmpty()))
                .isInstanceOf(AssertionError.class)
                .message()
                .contains("element 0", "element 99999")
                .hasSizeLessThan(MOST);
    }

    @Test
    void longElements() {
        List<String> longOnes = List.of("a".repeat(1_000_000), "b".repeat(1_000_000));

        assertThat(catchThrowable(() -> assertThat(longOnes).isEmpty()))
                .message()
                .hasSizeLessThan(MOST);
    }

    @Test
    void longText() {
        assertThat(catchThrowable(() -> assertThat("a".repeat(1_000_000)).isEqualTo("b")))
                .message()
                .contains("(1000002 characters)")
                .hasSizeLessThan(MOST);
    }

    @Test
    void shortTextIsWhole() {
        assertThat(catchThrowable(() -> assertThat("a".repeat(1_000)).isEmpty()))
                .message()
                .contains("a".repeat(1_000));
    }
}

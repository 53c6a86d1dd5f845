package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.spi.CallDeadlines;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** When a connection counts as silent, and when as replaced. */
class AnswersTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofMillis(1);

    private final AtomicInteger tries = new AtomicInteger();

    private Answers answersWithin(Duration timeout) {
        Answers answers = new Answers(CallDeadlines.of(timeout, timeout), tries::incrementAndGet);
        answers.answered();
        return answers;
    }

    @Test
    @DisplayName(
            "FST-16 a client that cannot be replaced does not count as replaced, so failures of requests stay failures")
    void notReplaced() {
        Answers answers = answersWithin(LONG);
        long started = System.nanoTime();

        answers.noneSince(started);

        assertThat(tries).hasValue(1);
        assertThat(answers.replacedSince(started - 1)).isFalse();
        answers.reconnected();
        assertThat(answers.replacedSince(started - 1)).isTrue();
        assertThat(answers.replacedSince(System.nanoTime())).isFalse();
    }

    @Test
    @DisplayName("FST-16 replacing the client is tried once an operation timeout at most, whether or not it works")
    void onceInATimeout() {
        Answers failing = answersWithin(LONG);
        long started = System.nanoTime();
        failing.noneSince(started);
        failing.noneSince(started);
        assertThat(tries).as("after a failure").hasValue(1);

        Answers working = answersWithin(LONG);
        started = System.nanoTime();
        working.reconnected();
        working.noneSince(started);
        assertThat(tries).as("after a replacement").hasValue(1);

        Answers hasty = answersWithin(SHORT);
        started = System.nanoTime();
        hasty.noneSince(started);
        while (System.nanoTime() - started < 2 * SHORT.toNanos()) {
            Thread.onSpinWait();
        }
        hasty.noneSince(started);
        assertThat(tries).as("after the timeout").hasValue(3);
    }
}

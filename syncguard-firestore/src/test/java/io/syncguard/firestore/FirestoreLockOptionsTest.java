package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.InvalidArgumentException;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.spi.BackendUri;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options by methods and by URI parameters. */
class FirestoreLockOptionsTest {
    private static final String ALL = "firestore://p?collection=a&hashedIds=true&rejectLongKeys=true"
            + "&operationTimeoutMillis=1000&connectTimeoutMillis=2000&handOverSlotMillis=500&fenceRetention=30d";

    /** One change for each option, in the order of the text form. */
    private static final List<UnaryOperator<FirestoreLockOptions>> CHANGES = List.of(
            options -> options.withCollection("a"),
            options -> options.withHashedIds(true),
            options -> options.withRejectLongKeys(true),
            options -> options.withOperationTimeout(Duration.ofSeconds(1)),
            options -> options.withConnectTimeout(Duration.ofSeconds(2)),
            options -> options.withHandOverSlot(Duration.ofMillis(500)),
            options -> options.withFenceRetention(Duration.ofDays(30)));

    private static FirestoreLockOptions from(String uri) {
        return FirestoreLockOptions.from(BackendUri.parse(uri));
    }

    @Test
    @DisplayName("each option can be set by its method and by its URI parameter, and setting one keeps the others")
    void allOptions() {
        FirestoreLockOptions forwards = FirestoreLockOptions.defaults();
        FirestoreLockOptions backwards = FirestoreLockOptions.defaults();
        for (int i = 0; i < CHANGES.size(); i++) {
            forwards = CHANGES.get(i).apply(forwards);
            backwards = CHANGES.get(CHANGES.size() - 1 - i).apply(backwards);
        }

        assertThat(forwards).isEqualTo(from(ALL)).hasSameHashCodeAs(from(ALL)).isEqualTo(backwards);
        assertThat(forwards)
                .hasToString(
                        "FirestoreLockOptions[collection=a, hashedIds=true, rejectLongKeys=true, operationTimeout=PT1S,"
                                + " connectTimeout=PT2S, handOverSlot=PT0.5S, fenceRetention=PT720H]");
    }

    @Test
    @DisplayName("FST-1, ERR-4 a collection's name leaves room for the queues', and is no queues' itself")
    void collectionOfQueues() {
        FirestoreLockOptions longest = FirestoreLockOptions.defaults().withCollection("x".repeat(1_493));

        assertThat(longest.queueCollection()).hasSize(1_500);
        for (String refused : List.of("x".repeat(1_494), "tenants/a/" + "x".repeat(1_494), "locks_queues")) {
            assertThatThrownBy(() -> FirestoreLockOptions.defaults().withCollection(refused))
                    .isInstanceOf(InvalidArgumentException.class)
                    .hasMessageContaining("_queues");
        }
        assertThat(FirestoreLockOptions.defaults()
                        .withCollection("a_queues/b/locks")
                        .queueCollection())
                .as("of another collection")
                .isEqualTo("a_queues/b/locks_queues");
    }

    @Test
    @DisplayName("options that differ in one value are not equal")
    void differ() {
        for (UnaryOperator<FirestoreLockOptions> change : CHANGES) {
            assertThat(change.apply(FirestoreLockOptions.defaults())).isNotEqualTo(FirestoreLockOptions.defaults());
        }
        assertThat(from("firestore://p")).isEqualTo(FirestoreLockOptions.defaults());
    }

    @ParameterizedTest
    @CsvSource({"30d, 720", "24h, 24", "P30D, 720"})
    @DisplayName("FEN-4 the URI parameter fenceRetention is a duration")
    void fenceRetention(String text, long hours) {
        assertThat(from("firestore://p?fenceRetention=" + text).fenceRetention())
                .contains(Duration.ofHours(hours));
    }

    @Test
    @DisplayName("FEN-4 without the option counters stay for ever")
    void noFenceRetention() {
        assertThat(FirestoreLockOptions.defaults().fenceRetention()).isEmpty();
    }

    @Test
    @DisplayName("FEN-4, ERR-4 a retention of less than a day, or of none, is INVALID_ARGUMENT")
    @SuppressWarnings("NullAway") // What a caller without a checker may pass.
    void fenceRetentionRefused() {
        for (Duration refused : new Duration[] {Duration.ofDays(1).minusNanos(1), Duration.ofDays(36_501), null}) {
            assertThatThrownBy(() -> FirestoreLockOptions.defaults().withFenceRetention(refused))
                    .isInstanceOfSatisfying(
                            LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT));
        }
    }
}

package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The suite itself: no planted fault passes. */
@Tag("side-by-side")
class PlantedFaultsTest {
    private static final Pattern BEGINS_WITH_A_RULE = Pattern.compile("\\s*\\[?[A-Z]{2,4}-\\d+[ ,].*", Pattern.DOTALL);

    /** All faults, each once; {@code -Dsyncguard.faults=NAME,NAME -Dsyncguard.faultRuns=50} has some of them more often. */
    static List<Fault> faults() {
        String named = System.getProperty("syncguard.faults", "");
        List<Fault> faults = named.isEmpty()
                ? List.of(Fault.values())
                : Stream.of(named.split(",")).map(Fault::valueOf).toList();
        int runs = Integer.getInteger("syncguard.faultRuns", 1);
        return Collections.nCopies(runs, faults).stream().flatMap(List::stream).toList();
    }

    @ParameterizedTest
    @MethodSource("faults")
    @DisplayName("a planted fault is caught by the rule it breaks, in words a reader understands")
    void faultIsCaught(Fault fault) {
        SuiteRun run = SuiteRun.of(ModelSuite.class, fault);

        assertThat(run.failures())
                .as("tests that failed because of %s", fault)
                .anySatisfy((test, message) -> assertThat(isCaught(fault, test, message))
                        .as(
                                "whether it is caught by a test for %s, in a message with it and '%s'",
                                fault.rule(), fault.words())
                        .isTrue());
        assertThat(run.failures().values())
                .as("messages of the tests that failed because of %s", fault)
                .allSatisfy(message ->
                        assertThat(message).matches(BEGINS_WITH_A_RULE).doesNotContain("No value present"));
    }

    private static boolean isCaught(Fault fault, String test, String message) {
        return test.contains(fault.rule()) && message.contains(fault.rule()) && message.contains(fault.words());
    }
}

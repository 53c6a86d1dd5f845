package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The suite's list of rules, and the rules that its tests name. */
class RulesTest {
    private static final Pattern SPECIFIED = Pattern.compile("^- \\*\\*([A-Z]+-\\d+)\\*\\*", Pattern.MULTILINE);

    @Test
    @DisplayName("the certificate knows every rule of the specification, in its order, and no other")
    void rulesAreThoseOfTheSpecification() throws IOException {
        String specification = Files.readString(Path.of("..", "specs", "interface.md"));
        List<String> specified = SPECIFIED
                .matcher(specification)
                .results()
                .map((MatchResult rule) -> rule.group(1))
                .toList();

        assertThat(specified).hasSizeGreaterThan(70);
        assertThat(Rule.all()).extracting(Rule::id).containsExactlyElementsOf(specified);
        assertThat(Rule.all()).extracting(Rule::title).allMatch(title -> title.length() < 100 && !title.isBlank());
    }

    @Test
    @DisplayName("every test of the suite names a rule, and only rules that there are")
    void testsNameRules() {
        List<String> known = Rule.all().stream().map(Rule::id).toList();

        assertThat(SuiteTest.all())
                .hasSizeGreaterThan(100)
                .allSatisfy(test ->
                        assertThat(test.rules()).as(test.title()).isNotEmpty().isSubsetOf(known));
    }

    @Test
    @DisplayName("a name that begins with ids names these rules, and one that has an id further on names none of it")
    void idsAtTheBeginning() {
        assertThat(RuleIds.ofTest("WAI-1, ACQ-1 those that wait, as HLD-2 says"))
                .containsExactly("WAI-1", "ACQ-1");
        assertThat(RuleIds.ofTest("HLD-10 one")).containsExactly("HLD-10");
        assertThat(RuleIds.ofTest("what KEY-1 says")).isEmpty();
    }
}

package io.syncguard.conformance;

import io.syncguard.conformance.Outcome.Kind;
import java.time.LocalDate;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The findings of a run of the suite on a backend, for readers who want to rely on it. */
final class Certificate {
    private static final List<String> MEANING = List.of(
            "A rule is kept if every test that names it passed, through the blocking and through the asynchronous view.",
            "A test that was skipped is missing for the rule that its name begins with.",
            "Tests are counted once for each view.");

    private final Subject subject;
    private final Collection<Outcome> outcomes;
    private final LocalDate day;
    private final List<TestInView> tests;
    private final Map<Verdict, List<JudgedRule>> rules;

    Certificate(Subject subject, Collection<Outcome> outcomes, LocalDate day) {
        this.subject = subject;
        this.outcomes = outcomes;
        this.day = day;
        this.tests = TestInView.all(outcomes);
        this.rules = Rule.all().stream()
                .map(rule -> JudgedRule.of(rule, tests))
                .collect(Collectors.groupingBy(JudgedRule::verdict, TreeMap::new, Collectors.toList()));
    }

    /** Returns the outcome in a line, such as {@code SyncGuard conformance: 41 of 41 rules kept, 0 not fully tested, 0 broken}. */
    String line() {
        int kept = count(Verdict.KEPT);
        int broken = count(Verdict.BROKEN);
        int open = count(Verdict.NOT_FULLY_TESTED);
        return "SyncGuard conformance: " + (missing() > 0 ? "partial run, " : "") + kept + " of "
                + (kept + open + broken) + " rules kept, " + open + " not fully tested, " + broken + " broken";
    }

    private int count(Verdict verdict) {
        return rules.getOrDefault(verdict, List.of()).size();
    }

    /** Returns how many tests did not run to an end. */
    private long missing() {
        return tests.stream().filter(TestInView::isMissing).count();
    }

    private long runs(Kind kind) {
        return outcomes.stream().filter(outcome -> outcome.kind() == kind).count();
    }

    private Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Backend", subject.backend());
        facts.put("Wake-ups", subject.wakeUps());
        facts.put("Tested by", subject.suite().getName());
        if (!subject.testedWith().isEmpty()) {
            facts.put("Tested with", String.join("; ", subject.testedWith()));
        }
        facts.put("SyncGuard", Versions.syncGuard());
        facts.put("Java", Versions.java());
        facts.put("JUnit", Versions.junit());
        facts.put("Day of the run", day + " (UTC)");
        facts.put(
                "Runs of tests",
                runs(Kind.PASSED) + " passed, " + runs(Kind.FAILED) + " failed, " + runs(Kind.SKIPPED) + " skipped");
        return facts;
    }

    /** Returns why this is no certificate of the whole contract; nothing if it is. */
    private List<String> warnings() {
        if (missing() == 0) {
            return List.of();
        }
        String replaced = tests.stream()
                .map(each -> each.test())
                .filter(test -> test.isReplacedIn(subject.suite()))
                .map(test -> test.method().getName())
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        String partial = "This run is partial: " + missing() + " of " + tests.size()
                + " tests were not run, or not with all their arguments. It says nothing about the whole contract.";
        return replaced.isEmpty()
                ? List.of(partial)
                : List.of(partial, "The class under test replaces tests of the suite by its own: " + replaced + ".");
    }

    /** Returns the certificate as plain text. */
    String text() {
        StringJoiner text = new StringJoiner("\n", "", "\n");
        text.add(line());
        text.add("");
        warnings().forEach(warning -> text.add(warning).add(""));
        facts().forEach((fact, value) -> text.add(String.format("%-15s %s", fact, value)));
        text.add("");
        MEANING.forEach(text::add);
        rules.forEach((verdict, judged) -> {
            text.add("").add(verdict.heading()).add("");
            for (JudgedRule each : judged) {
                text.add(
                        String.format("  %-7s %s", each.rule().id(), each.rule().title()));
                if (!each.remark().isEmpty()) {
                    text.add("          " + each.remark());
                }
            }
        });
        return text.toString();
    }

    /** Returns the certificate as a page of Markdown. */
    String markdown() {
        StringJoiner page = new StringJoiner("\n", "", "\n");
        page.add("# Conformance of `" + subject.backend() + "`").add("");
        page.add("**" + line() + "**").add("");
        warnings().forEach(warning -> page.add("**" + warning + "**").add(""));
        page.add("| | |").add("|---|---|");
        facts().forEach((fact, value) -> page.add("| " + fact + " | " + cell(value) + " |"));
        page.add("");
        MEANING.forEach(page::add);
        rules.forEach((verdict, judged) -> {
            boolean remarks = verdict != Verdict.NO_TEST;
            page.add("").add("## " + verdict.heading()).add("");
            page.add(remarks ? "| rule | | tests |" : "| rule | |").add(remarks ? "|---|---|---|" : "|---|---|");
            for (JudgedRule each : judged) {
                page.add("| " + each.rule().id() + " | " + cell(each.rule().title()) + " |"
                        + (remarks ? " " + cell(each.remark()) + " |" : ""));
            }
        });
        return page.toString();
    }

    /** A cell of a table ends at a bar and at the end of a line. */
    private static String cell(String text) {
        return text.replace("|", "\\|").replaceAll("\\R", " ");
    }
}

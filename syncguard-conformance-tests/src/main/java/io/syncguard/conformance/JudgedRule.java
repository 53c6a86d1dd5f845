package io.syncguard.conformance;

import io.syncguard.conformance.Outcome.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A rule, and what a run of the suite says about it.
 *
 * @param remark how many tests passed, or which failed or are missing
 */
record JudgedRule(Rule rule, Verdict verdict, String remark) {
    private static final int MOST_NAMED = 3;

    /** Judges a rule by all tests of a run. */
    static JudgedRule of(Rule rule, List<TestInView> all) {
        List<TestInView> tests = all.stream()
                .filter(each -> each.test().rules().contains(rule.id()))
                .toList();
        List<TestInView> failed =
                tests.stream().filter(each -> each.has(Kind.FAILED)).toList();
        List<TestInView> missing = tests.stream().filter(TestInView::isMissing).toList();
        List<TestInView> skipped =
                tests.stream().filter(each -> each.has(Kind.SKIPPED)).toList();
        boolean skipCounts = skipped.size() == tests.size()
                || skipped.stream().anyMatch(each -> each.test().isFirstOf(rule));
        if (tests.isEmpty()) {
            return new JudgedRule(rule, Verdict.NO_TEST, "");
        }
        if (!failed.isEmpty()) {
            return new JudgedRule(
                    rule, Verdict.BROKEN, failed.size() + " of " + tests.size() + " failed: " + names(failed));
        }
        if (missing.isEmpty() && !skipCounts) {
            return new JudgedRule(rule, Verdict.KEPT, (tests.size() - skipped.size()) + " passed");
        }
        List<String> remarks = new ArrayList<>();
        if (!missing.isEmpty()) {
            remarks.add(missing.size() + " of " + tests.size() + " not run");
        }
        if (!skipped.isEmpty()) {
            remarks.add(skipped.size() + " of " + tests.size() + " skipped: " + reasons(skipped));
        }
        return new JudgedRule(rule, Verdict.NOT_FULLY_TESTED, String.join("; ", remarks));
    }

    private static String names(List<TestInView> tests) {
        String named =
                tests.stream().map(TestInView::named).sorted().limit(MOST_NAMED).collect(Collectors.joining("; "));
        return tests.size() <= MOST_NAMED ? named : named + "; and " + (tests.size() - MOST_NAMED) + " more";
    }

    private static String reasons(List<TestInView> tests) {
        return tests.stream()
                .flatMap(each -> each.outcomes().stream())
                .filter(outcome -> outcome.kind() == Kind.SKIPPED)
                .map(Outcome::reason)
                .distinct()
                .sorted()
                .collect(Collectors.joining("; "));
    }
}

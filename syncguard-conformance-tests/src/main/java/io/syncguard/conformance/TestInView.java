package io.syncguard.conformance;

import io.syncguard.conformance.Outcome.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** A test in one view, which is what a certificate counts, and how each of its runs ended: one, or one for each argument. */
record TestInView(SuiteTest test, View view, List<Outcome> outcomes) {

    /** Returns every test in every view, with what became of it. */
    static List<TestInView> all(Collection<Outcome> outcomes) {
        List<TestInView> tests = new ArrayList<>();
        for (SuiteTest test : SuiteTest.all()) {
            for (View view : View.values()) {
                List<Outcome> own = outcomes.stream()
                        .filter(outcome -> outcome.test().equals(test) && outcome.isIn(view))
                        .toList();
                tests.add(new TestInView(test, view, own));
            }
        }
        return tests;
    }

    boolean has(Kind kind) {
        return outcomes.stream().anyMatch(outcome -> outcome.kind() == kind);
    }

    /** Returns whether it did not run, or not with all its arguments. */
    boolean isMissing() {
        return outcomes.size() < test.leastRuns();
    }

    String named() {
        return test.title() + " (" + view.name().toLowerCase(Locale.ROOT) + ")";
    }
}

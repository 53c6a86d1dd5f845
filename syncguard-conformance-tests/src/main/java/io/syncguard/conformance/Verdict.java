package io.syncguard.conformance;

/** The finding of a run on a rule. */
enum Verdict {
    BROKEN("Rules broken"),
    NOT_FULLY_TESTED("Rules not fully tested"),
    KEPT("Rules kept"),
    NO_TEST("Rules that the suite has no test for");

    private final String heading;

    Verdict(String heading) {
        this.heading = heading;
    }

    String heading() {
        return heading;
    }
}

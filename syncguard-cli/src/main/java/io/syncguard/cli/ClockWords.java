package io.syncguard.cli;

import java.time.Duration;

/** Says how far two clocks are apart. Stateless. */
final class ClockWords {
    private ClockWords() {}

    /** Tells the difference, which is information: no decision depends on the clock of this machine (TIME-4). */
    static void tell(Findings findings, Duration serverAhead, Duration uncertainty) {
        findings.ok(
                "clock",
                of(serverAhead) + " this machine's, give or take " + uncertainty.toMillis()
                        + " ms; nothing depends on this machine's");
    }

    /** Returns how far the server's clock is from another. */
    private static String of(Duration ahead) {
        return ahead.isNegative()
                ? "the server's is " + ahead.negated().toMillis() + " ms behind"
                : "the server's is " + ahead.toMillis() + " ms ahead of";
    }
}

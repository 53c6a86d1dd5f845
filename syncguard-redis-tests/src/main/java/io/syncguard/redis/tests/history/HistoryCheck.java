package io.syncguard.redis.tests.history;

import java.util.ArrayList;
import java.util.List;

/** Finds what must not be in a history. */
final class HistoryCheck {
    private HistoryCheck() {}

    /** Returns all violations of the rules. */
    static List<Violation> violations(History history, HistoryRules rules) {
        List<Violation> violations = new ArrayList<>();
        violations.addAll(Overlaps.in(history));
        violations.addAll(TokenOrder.in(history));
        violations.addAll(Orphans.in(history, rules));
        violations.addAll(SlowCalls.in(history, rules));
        return violations;
    }

    /** Returns the violations that the loss of a master's last writes in a failover does not account for. */
    static List<Violation> violationsApartFromLosses(History history, HistoryRules rules) {
        return violations(history, rules).stream()
                .filter(violation ->
                        history.failovers().stream().noneMatch(failover -> violation.isLossIn(failover, rules)))
                .toList();
    }
}

package io.syncguard.redis.tests.history;

import io.syncguard.redis.tests.history.Violation.Kind;
import java.util.ArrayList;
import java.util.List;

/** No two hold one lock at the same time, each by its own rules. */
final class Overlaps {
    private Overlaps() {}

    static List<Violation> in(History history) {
        List<Violation> violations = new ArrayList<>();
        history.holdingsByKey().forEach((key, holdings) -> {
            Holding longest = null;
            for (Holding holding : holdings) {
                if (holding.arrivedDead()) {
                    continue;
                }
                if (longest != null && holding.grantedNanos() < longest.endNanos()) {
                    violations.add(Violation.between(Kind.OVERLAP, longest, holding));
                }
                if (longest == null || holding.endNanos() > longest.endNanos()) {
                    longest = holding;
                }
            }
        });
        return violations;
    }
}

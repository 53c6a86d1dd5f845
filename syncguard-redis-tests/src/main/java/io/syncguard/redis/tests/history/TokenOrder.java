package io.syncguard.redis.tests.history;

import io.syncguard.redis.tests.history.Violation.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tokens of a key rise in the order in which locks are granted, and none is given twice. */
final class TokenOrder {
    private TokenOrder() {}

    static List<Violation> in(History history) {
        List<Violation> violations = new ArrayList<>();
        history.holdingsByKey().forEach((key, holdings) -> {
            Map<Long, Holding> byToken = new HashMap<>();
            Holding greatest = null;
            for (Holding holding : holdings) {
                Holding same = byToken.putIfAbsent(holding.token(), holding);
                if (same != null) {
                    violations.add(Violation.between(Kind.TOKEN_ORDER, same, holding));
                } else if (greatest != null && holding.token() < greatest.token() && !isLate(holding, greatest)) {
                    violations.add(Violation.between(Kind.TOKEN_ORDER, greatest, holding));
                }
                if (greatest == null || holding.token() > greatest.token()) {
                    greatest = holding;
                }
            }
        });
        return violations;
    }

    /** What was granted before, and only arrived later because its process was stalled for longer than the lock lived. */
    private static boolean isLate(Holding holding, Holding other) {
        return holding.arrivedDead() && holding.askedNanos() < other.grantedNanos();
    }
}

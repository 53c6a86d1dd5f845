package io.syncguard.redis.tests.history;

import io.syncguard.redis.tests.history.Violation.Kind;
import java.time.Duration;
import java.util.List;

/** No call takes longer than it may, but for what its process was stalled. */
final class SlowCalls {
    private SlowCalls() {}

    static List<Violation> in(History history, HistoryRules rules) {
        return history.calls().stream()
                .filter(call -> call.endedNanos() - call.askedNanos() > most(call, history, rules))
                .map(call -> Violation.of(
                        Kind.SLOW_CALL,
                        call,
                        Duration.ofNanos(call.endedNanos() - call.askedNanos()).toMillis() + " ms"))
                .toList();
    }

    private static long most(Call call, History history, HistoryRules rules) {
        return call.asked().value() + rules.slack().toNanos() + history.stalledNanos(call);
    }
}

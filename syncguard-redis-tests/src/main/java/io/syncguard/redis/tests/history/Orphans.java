package io.syncguard.redis.tests.history;

import io.syncguard.LockErrorCode;
import io.syncguard.redis.tests.history.Violation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A key is only found locked while somebody may hold it: from an acquire that was not refused to the release, or else until the ttl and
 * the tolerance have passed since the last request that may have kept the lock. A release that a failover may have lost counts for nothing.
 */
final class Orphans {
    private final History history;
    private final long outlivesNanos;
    private final long lagNanos;

    private Orphans(History history, HistoryRules rules) {
        this.history = history;
        this.outlivesNanos = rules.outlivesNanos() + history.worstStallNanos();
        this.lagNanos = rules.lag().toNanos();
    }

    static List<Violation> in(History history, HistoryRules rules) {
        return new Orphans(history, rules).violations();
    }

    private List<Violation> violations() {
        Map<String, List<Span>> spans = spans().stream().collect(Collectors.groupingBy(Span::key));
        Map<String, List<Call>> acquires = history.calls().stream()
                .filter(call -> call.operation() == Operation.ACQUIRE)
                .collect(Collectors.groupingBy(Call::key));
        return acquires.values().stream()
                .flatMap(List::stream)
                .filter(call ->
                        call.endedWith(EventKind.REFUSED) && !stoodBehindAnother(call, acquires.get(call.key())))
                .filter(refused -> spans.getOrDefault(refused.key(), List.of()).stream()
                        .noneMatch(span -> span.from() <= refused.endedNanos() && span.to() >= refused.askedNanos()))
                .map(refused -> Violation.of(Kind.ORPHAN, refused, "nobody can have held it"))
                .toList();
    }

    /** A waiter behind another one of its process never asks the server if its time is over before it is first in line. */
    private static boolean stoodBehindAnother(Call refused, List<Call> acquires) {
        boolean waited = refused.answer()
                .filter(answer -> answer.note().equals(LockErrorCode.ACQUISITION_TIMEOUT.name()))
                .isPresent();
        return waited
                && acquires.stream()
                        .anyMatch(other -> other.process().equals(refused.process())
                                && other.askedNanos() < refused.askedNanos()
                                && other.endedNanos() > refused.endedNanos());
    }

    /** A time in which a key may be locked. */
    private record Span(String key, long from, long to) {}

    private List<Span> spans() {
        List<Span> spans = new ArrayList<>();
        for (Holding holding : history.holdings()) {
            boolean freed = holding.freedNanos() != Long.MAX_VALUE && !mayBeLost(holding.freedNanos());
            spans.add(new Span(
                    holding.key(),
                    holding.askedNanos(),
                    freed ? holding.freedNanos() : holding.touchedNanos() + outlivesNanos));
        }
        for (Call call : history.calls()) {
            if (call.operation() == Operation.ACQUIRE
                    && !call.endedWith(EventKind.REFUSED)
                    && !call.endedWith(EventKind.GRANTED)) {
                spans.add(new Span(call.key(), call.askedNanos(), call.endedNanos() + outlivesNanos));
            }
        }
        return spans;
    }

    private boolean mayBeLost(long nanos) {
        return history.failovers().stream()
                .anyMatch(failover ->
                        nanos >= failover.faultNanos() - lagNanos && nanos <= failover.healedNanos() + lagNanos);
    }
}

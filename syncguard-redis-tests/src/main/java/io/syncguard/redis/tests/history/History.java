package io.syncguard.redis.tests.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What several processes wrote down, put together: calls, holdings and failovers, each by when they began. Immutable.
 *
 * @param calls all calls
 * @param holdings all locks that were granted
 * @param failovers what befell the masters
 * @param stalls when processes were stalled
 */
record History(List<Call> calls, List<Holding> holdings, List<Failover> failovers, List<HistoryEvent> stalls) {

    /** Puts events together. Those of one actor must be in the order in which it wrote them. */
    static History of(List<HistoryEvent> events) {
        long end = events.stream().mapToLong(HistoryEvent::nanos).max().orElse(0);
        List<Call> calls = new ArrayList<>();
        List<Holding> holdings = new ArrayList<>();
        List<HistoryEvent> stalls = events.stream()
                .filter(event -> event.kind() == EventKind.STALLED)
                .toList();
        for (List<HistoryEvent> ofActor : grouped(events, HistoryEvent::actor).values()) {
            calls.addAll(calls(ofActor, end));
            grouped(ofActor, HistoryEvent::lock).values().forEach(ofLock -> holding(ofLock)
                    .ifPresent(holdings::add));
        }
        calls.sort(Comparator.comparingLong(Call::askedNanos));
        holdings.sort(Comparator.comparingLong(Holding::grantedNanos));
        return new History(List.copyOf(calls), List.copyOf(holdings), failovers(events, end), stalls);
    }

    private static <K> Map<K, List<HistoryEvent>> grouped(List<HistoryEvent> events, Function<HistoryEvent, K> by) {
        return events.stream().collect(Collectors.groupingBy(by, LinkedHashMap::new, Collectors.toList()));
    }

    /** An actor makes one call at a time. */
    private static List<Call> calls(List<HistoryEvent> events, long end) {
        List<Call> calls = new ArrayList<>();
        HistoryEvent asked = null;
        for (HistoryEvent event : events) {
            if (event.kind() == EventKind.ASKED) {
                asked = event;
            } else if (asked != null && isAnswer(event.kind())) {
                calls.add(new Call(asked, Optional.of(event), event.nanos()));
                asked = null;
            }
        }
        if (asked != null) {
            calls.add(new Call(asked, Optional.empty(), end));
        }
        return calls;
    }

    private static boolean isAnswer(EventKind kind) {
        return switch (kind) {
            case GRANTED, REFUSED, FAILED, EXTENDED, GONE, RELEASED, ABSENT -> true;
            case ASKED, HELD, LOST, STALLED, FAULT, REPLACED, HEALED -> false;
        };
    }

    private static Optional<Holding> holding(List<HistoryEvent> ofLock) {
        long asked = ofLock.get(0).nanos();
        for (int i = 0; i < ofLock.size(); i++) {
            if (ofLock.get(i).kind() == EventKind.GRANTED) {
                return Optional.of(Holding.of(asked, ofLock.subList(i, ofLock.size())));
            }
        }
        return Optional.empty();
    }

    private static List<Failover> failovers(List<HistoryEvent> events, long end) {
        List<Failover> failovers = new ArrayList<>();
        List<HistoryEvent> faults =
                events.stream().filter(event -> event.kind() == EventKind.FAULT).toList();
        for (HistoryEvent fault : faults) {
            failovers.add(new Failover(
                    fault.note(),
                    fault.nanos(),
                    next(events, EventKind.REPLACED, fault.nanos(), end),
                    next(events, EventKind.HEALED, fault.nanos(), end)));
        }
        return List.copyOf(failovers);
    }

    private static long next(List<HistoryEvent> events, EventKind kind, long after, long otherwise) {
        return events.stream()
                .filter(event -> event.kind() == kind && event.nanos() >= after)
                .mapToLong(HistoryEvent::nanos)
                .min()
                .orElse(otherwise);
    }

    /** Returns what happened to some of the keys. */
    History ofKeys(Predicate<String> keys) {
        return new History(
                calls.stream().filter(call -> keys.test(call.key())).toList(),
                holdings.stream().filter(holding -> keys.test(holding.key())).toList(),
                failovers,
                stalls);
    }

    /** Returns the holdings by key. */
    Map<String, List<Holding>> holdingsByKey() {
        return holdings.stream().collect(Collectors.groupingBy(Holding::key));
    }

    /** Returns how long any process was stalled at worst. */
    long worstStallNanos() {
        return stalls.stream().mapToLong(HistoryEvent::value).max().orElse(0);
    }

    /** Returns for how long, in all, a process was stalled during a call. It may have noticed a little later. */
    long stalledNanos(Call call) {
        return stalls.stream()
                .filter(stall -> stall.process().equals(call.asked().process())
                        && stall.nanos() > call.askedNanos()
                        && stall.nanos() - stall.value() < call.endedNanos())
                .mapToLong(HistoryEvent::value)
                .sum();
    }
}

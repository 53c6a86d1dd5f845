package io.syncguard.redis.tests.history;

import io.syncguard.LockErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A history that is made up, in milliseconds. Not thread-safe. */
final class Story {
    static final long LIMIT_MILLIS = 2_000;

    private static final String KEY = "acked/job";

    private final List<HistoryEvent> events = new ArrayList<>();

    /** An acquire that is granted. The lock is held for four seconds unless more is told of it. */
    Story granted(String actor, int lock, long token, long askedMillis, long grantedMillis) {
        return asked(actor, lock, Operation.ACQUIRE, askedMillis)
                .event(actor, lock, EventKind.GRANTED, token, grantedMillis, askedMillis + 4_000, "-");
    }

    Story refused(String actor, int lock, long askedMillis, long endedMillis) {
        return asked(actor, lock, Operation.ACQUIRE, askedMillis).event(actor, lock, EventKind.REFUSED, endedMillis);
    }

    /** Waited until its time was over. */
    Story waited(String actor, int lock, long askedMillis, long endedMillis) {
        return asked(actor, lock, Operation.ACQUIRE, askedMillis)
                .event(actor, lock, EventKind.REFUSED, 0, endedMillis, 0, LockErrorCode.ACQUISITION_TIMEOUT.name());
    }

    Story failed(String actor, int lock, Operation operation, long askedMillis, long endedMillis) {
        return asked(actor, lock, operation, askedMillis).event(actor, lock, EventKind.FAILED, endedMillis);
    }

    Story released(String actor, int lock, long askedMillis, long endedMillis) {
        return asked(actor, lock, Operation.RELEASE, askedMillis).event(actor, lock, EventKind.RELEASED, endedMillis);
    }

    Story asked(String actor, int lock, Operation operation, long millis) {
        return event(
                actor, lock, EventKind.ASKED, TimeUnit.MILLISECONDS.toNanos(LIMIT_MILLIS), millis, 0, operation.name());
    }

    Story held(String actor, int lock, long millis, long untilMillis) {
        return event(actor, lock, EventKind.HELD, 0, millis, untilMillis, "-");
    }

    Story lost(String actor, int lock, long millis) {
        return event(actor, lock, EventKind.LOST, millis);
    }

    Story stalled(String actor, long millis, long forMillis) {
        return event(actor, 0, EventKind.STALLED, TimeUnit.MILLISECONDS.toNanos(forMillis), millis, 0, "-");
    }

    Story failover(long faultMillis, long replacedMillis, long healedMillis) {
        return event("harness", 0, EventKind.FAULT, 0, faultMillis, 0, "HANG")
                .event("harness", 0, EventKind.REPLACED, replacedMillis)
                .event("harness", 0, EventKind.HEALED, healedMillis);
    }

    private Story event(String actor, int lock, EventKind kind, long millis) {
        return event(actor, lock, kind, 0, millis, 0, "-");
    }

    private Story event(
            String actor, int lock, EventKind kind, long value, long millis, long untilMillis, String note) {
        events.add(HistoryEvent.parse(new HistoryEvent(
                        TimeUnit.MILLISECONDS.toNanos(millis),
                        millis,
                        actor,
                        kind,
                        KEY,
                        lock,
                        value,
                        TimeUnit.MILLISECONDS.toNanos(untilMillis),
                        note)
                .line()));
        return this;
    }

    History history() {
        return History.of(events);
    }
}

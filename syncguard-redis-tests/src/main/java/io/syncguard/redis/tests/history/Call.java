package io.syncguard.redis.tests.history;

import java.util.Optional;

/**
 * A call and how it ended. Immutable.
 *
 * @param asked when it began
 * @param answer how it ended; empty if it never did
 * @param endedNanos when it ended; the end of the history if it never did
 */
record Call(HistoryEvent asked, Optional<HistoryEvent> answer, long endedNanos) {
    Operation operation() {
        return Operation.valueOf(asked.note());
    }

    boolean endedWith(EventKind kind) {
        return answer.filter(event -> event.kind() == kind).isPresent();
    }

    long askedNanos() {
        return asked.nanos();
    }

    String key() {
        return asked.key();
    }

    String process() {
        return asked.process();
    }
}

package io.syncguard.bench.handoff;

import io.syncguard.bench.redis.CommandCount;
import io.syncguard.bench.redis.Snapshot;

/** Attempts as tests write them down, in microseconds. */
final class Scripted {
    private Scripted() {}

    /** A section that ended well. */
    static Attempt section(int contender, long wanted, long acquired, long releasing) {
        return attempt(contender, Outcome.SECTION, wanted, acquired, releasing);
    }

    /** An attempt that got nothing. */
    static Attempt without(int contender, Outcome outcome, long wanted, long ended) {
        return attempt(contender, outcome, wanted, ended, ended);
    }

    static Attempt attempt(int contender, Outcome outcome, long wanted, long ended, long releasing) {
        return new Attempt(contender, outcome, wanted * 1000, ended * 1000, releasing * 1000);
    }

    static Window window(long from, long until) {
        return new Window(from * 1000, until * 1000);
    }

    static Snapshot snapshot(long at, long commands, long scripts) {
        return new Snapshot(at * 1000, new CommandCount(commands, scripts));
    }
}

package io.syncguard.bench.handoff;

import io.syncguard.bench.redis.CommandCount;
import io.syncguard.bench.stats.Sample;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Makes figures of what happened in a race. */
final class Measurement {
    private final RaceResult race;
    private final Window window;

    private Measurement(RaceResult race) {
        this.race = race;
        this.window = race.window();
    }

    static Figures of(RaceResult race) {
        return new Measurement(race).figures();
    }

    private Figures figures() {
        List<Attempt> sections = acquiredWithin(window);
        HandOvers handOvers = HandOvers.in(race.attempts(), window);
        Sample handOffs = handOvers.micros();
        // The server was looked at a little beside the window's ends; sections between the same two looks go with it.
        CommandCount count = race.last().count().minus(race.first().count());
        int served = acquiredWithin(new Window(race.first().nanos(), race.last().nanos()))
                .size();
        return new Figures(
                sections.size() / window.seconds(),
                handOvers.count() / window.seconds(),
                handOffs.percentile(50),
                handOffs.percentile(99),
                worstWaitMillis(),
                Turns.in(sections, race.contenders()).fewestOfMost(),
                perSection(count.commands(), served),
                perSection(count.scripts(), served),
                count(Outcome.TIMED_OUT),
                count(Outcome.ACQUIRE_FAILED) + count(Outcome.RELEASE_FAILED),
                handOvers.overlaps());
    }

    private List<Attempt> acquiredWithin(Window time) {
        return race.attempts().stream()
                .filter(Attempt::wasAcquired)
                .filter(attempt -> time.contains(attempt.endedNanos()))
                .toList();
    }

    private static double perSection(long count, int sections) {
        return sections == 0 ? Double.NaN : (double) count / sections;
    }

    private double worstWaitMillis() {
        long worst = race.attempts().stream()
                .filter(this::endedNotBefore)
                .mapToLong(this::waitNanos)
                .max()
                .orElse(0);
        return (double) worst / TimeUnit.MILLISECONDS.toNanos(1);
    }

    /** Counts those that ended after the window too: they were under way in it. */
    private long count(Outcome outcome) {
        return race.attempts().stream()
                .filter(attempt -> attempt.outcome() == outcome)
                .filter(this::endedNotBefore)
                .count();
    }

    private boolean endedNotBefore(Attempt attempt) {
        return attempt.endedNanos() - window.fromNanos() >= 0;
    }

    /** After the window the others stop, so what is left of a wait then is not worth anything. */
    private long waitNanos(Attempt attempt) {
        return Math.min(attempt.endedNanos() - attempt.wantedNanos(), window.untilNanos() - attempt.wantedNanos());
    }
}

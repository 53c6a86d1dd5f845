package io.syncguard.bench.gate;

import io.syncguard.bench.candidate.Kind;
import io.syncguard.bench.handoff.Figures;
import io.syncguard.bench.handoff.HandOffResult;
import io.syncguard.bench.handoff.Setting;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Reads the targets of the contended hand-off from the races. */
final class HandOffChecks {
    static final List<String> CANDIDATES =
            List.of("syncguard-jedis", "syncguard-lettuce", "redisson-lock", "spring-pubsub");

    private static final double SHORT_WAIT_MILLIS = 20;

    private final List<HandOffResult> results;
    private final Map<Target, Reading> readings = new EnumMap<>(Target.class);

    private HandOffChecks(List<HandOffResult> results) {
        this.results = results;
    }

    static Map<Target, Reading> of(List<HandOffResult> results) {
        return new HandOffChecks(results).read();
    }

    private Map<Target, Reading> read() {
        results.stream()
                .filter(result -> result.candidate().kind() == Kind.OURS)
                .forEach(this::read);
        return readings;
    }

    private void read(HandOffResult ours) {
        Setting setting = ours.setting();
        Figures figures = ours.figures();
        String where = ours.candidate().name() + ", " + setting.title();
        double redisson = other("redisson-lock", setting).handOffP50();
        Target handOff = setting.contenders() == 2 ? Target.HAND_OFF_2 : Target.HAND_OFF_8;
        greatest(handOff, Reading.at(figures.handOffP50() / redisson, where));
        double spring = other("spring-pubsub", setting).worstWait();
        greatest(Target.WORST_WAIT, Reading.at(worstWait(figures.worstWait(), spring), where));
        readings.merge(Target.TURNS, Reading.at(figures.fewestOfMost(), where), Reading::smaller);
        long notServed = figures.timeouts() + figures.failures() + ours.brokenRaces();
        greatest(Target.TIMEOUTS, Reading.at((double) notServed, notServed == 0 ? "" : where));
        if (setting.contenders() == 8) {
            greatest(Target.SCRIPTS, Reading.at(figures.scripts(), where));
        }
    }

    /** The worst wait tells starvation; among waits that are short anyway, it tells of the machine. */
    private static double worstWait(double ours, double theirs) {
        return ours <= SHORT_WAIT_MILLIS ? Math.min(1, ours / theirs) : ours / theirs;
    }

    private void greatest(Target target, Reading reading) {
        readings.merge(target, reading, Reading::greater);
    }

    private Figures other(String name, Setting setting) {
        return results.stream()
                .filter(result -> result.setting().equals(setting))
                .filter(result -> result.candidate().name().equals(name))
                .map(HandOffResult::figures)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there was no race of " + name));
    }
}

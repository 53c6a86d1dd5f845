package io.syncguard.bench.gate;

import io.syncguard.bench.report.Numbers;
import io.syncguard.bench.report.Table;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Which targets are met. Not thread-safe. */
final class Verdicts {
    private final List<Target> wanted;
    private final MachineMode mode;
    private final Map<Target, Reading> readings = new EnumMap<>(Target.class);

    /** Begins without any reading of those that are wanted. */
    Verdicts(List<Target> wanted, MachineMode mode) {
        this.wanted = List.copyOf(wanted);
        this.mode = mode;
    }

    /** Adds readings; those of targets that are not wanted are of no account. */
    void add(Map<Target, Reading> more) {
        readings.putAll(more);
    }

    /** Returns how many targets were missed; what could not be measured counts, unless this machine cannot measure it. */
    long missed() {
        return wanted.stream()
                .filter(target -> verdict(target).equals("MISSED"))
                .count();
    }

    /** Returns a table of each target, in Markdown. */
    String markdown() {
        Table table = new Table("target", "measured", "wanted", "verdict", "where");
        for (Target target : wanted) {
            Reading reading = reading(target);
            table.add(
                    target.group() + ": " + target.title(),
                    Numbers.brief(reading.value()),
                    target.bound(mode).toString(),
                    verdict(target),
                    reading.where());
        }
        return table.markdown();
    }

    private Reading reading(Target target) {
        return readings.getOrDefault(target, Reading.failed("not measured"));
    }

    private String verdict(Target target) {
        Reading reading = reading(target);
        if (reading.skipped()) {
            return "skipped";
        }
        if (target.bound(mode).isMetBy(reading.value())) {
            return "met";
        }
        return target.bound(mode).isMetWithinNoise(reading.value()) ? "met within noise" : "MISSED";
    }
}

package io.syncguard.bench.suite;

import io.syncguard.bench.candidate.Kind;
import io.syncguard.bench.chart.Bar;
import io.syncguard.bench.chart.Chart;
import io.syncguard.bench.chart.Chart.Group;
import io.syncguard.bench.chart.Span;
import io.syncguard.bench.chart.Tone;
import io.syncguard.bench.handoff.HandOffResult;
import io.syncguard.bench.handoff.Setting;
import io.syncguard.bench.load.Figure;
import io.syncguard.bench.load.Load;
import io.syncguard.bench.report.Numbers;
import io.syncguard.bench.run.Entrant;
import java.util.ArrayList;
import java.util.List;

/** Draws what was found. Memory, Firestore and clusters are not in it: no network at all, an emulator, and several servers. */
final class Charts {
    private static final List<String> WITHOUT = List.of("memory", "firestore", "cluster");

    private Charts() {}

    static String throughput(Findings findings) {
        List<Group<Bar>> groups = new ArrayList<>();
        for (Load load : Size.PAIRS) {
            List<Bar> bars = onRedis(findings).stream()
                    .map(entrant -> new Bar(
                            label(entrant.title()),
                            tone(entrant.kind()),
                            findings.results().median(entrant.name(), load, Figure.RATE)))
                    .toList();
            groups.add(new Group<>(load.title(), bars));
        }
        return Chart.bars(
                "Acquire and release, uncontended",
                "Pairs per second on one Redis server: more is better. Each panel has a scale of its own.",
                groups);
    }

    static String latency(Findings findings) {
        List<Group<Span>> groups = new ArrayList<>();
        for (Load load : Size.PAIRS) {
            List<Span> spans = onRedis(findings).stream()
                    .map(entrant -> new Span(
                            label(entrant.title()),
                            tone(entrant.kind()),
                            findings.results().median(entrant.name(), load, Figure.P50),
                            findings.results().median(entrant.name(), load, Figure.P99),
                            List.of()))
                    .toList();
            groups.add(new Group<>(load.title(), spans));
        }
        return Chart.spans(
                "How long acquire and release take, uncontended",
                "Microseconds for both together, p50 (ring) to p99 (end): further left is better. Logarithmic scale.",
                List.of(),
                groups);
    }

    static String handOff(Findings findings) {
        List<Group<Span>> groups = new ArrayList<>();
        for (Setting setting : findings.handOffs().stream()
                .map(HandOffResult::setting)
                .distinct()
                .toList()) {
            List<Span> spans = findings.handOffs().stream()
                    .filter(result -> result.setting().equals(setting))
                    .filter(result -> result.candidate().acrossJvms())
                    .map(Charts::span)
                    .toList();
            groups.add(new Group<>(setting.title(), spans));
        }
        return Chart.spans(
                "From one contender's release to another's lock",
                "Microseconds, p50 (ring) to p99 (end): further left is better. Turns: the fewest a contender had, of the"
                        + " most; 1 is fair.",
                List.of("worst wait, ms", "turns", "sections/s"),
                groups);
    }

    private static Span span(HandOffResult result) {
        return new Span(
                label(result.candidate().title()),
                tone(result.candidate().kind()),
                result.figures().handOffP50(),
                result.figures().handOffP99(),
                List.of(
                        Numbers.whole(result.figures().worstWait()),
                        Numbers.decimals(2, result.figures().fewestOfMost()),
                        Numbers.whole(result.figures().sections())));
    }

    private static List<Entrant> onRedis(Findings findings) {
        return findings.entrants().stream()
                .filter(entrant -> WITHOUT.stream().noneMatch(entrant.name()::contains))
                .toList();
    }

    /** Returns a title without versions, which the report begins with. */
    static String label(String title) {
        return title.replaceAll(" \\d[\\w.]*", "");
    }

    private static Tone tone(Kind kind) {
        return switch (kind) {
            case OURS -> Tone.OURS;
            case FLOOR -> Tone.FLOOR;
            case PEER -> Tone.PEER;
            case CEILING -> Tone.CEILING;
        };
    }
}

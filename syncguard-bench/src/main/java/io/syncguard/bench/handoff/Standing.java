package io.syncguard.bench.handoff;

import io.syncguard.bench.candidate.Candidate;
import io.syncguard.bench.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How a candidate did over the rounds of one setting. Not thread-safe. */
final class Standing {
    private static final String UNKNOWN = "–";

    private final Candidate candidate;
    private final List<Figures> races = new ArrayList<>();
    private int brokenRaces;

    Standing(Candidate candidate) {
        this.candidate = candidate;
    }

    static Table table() {
        return new Table(
                "candidate",
                "sections/s",
                "hand-overs/s",
                "cross hand-off p50 µs",
                "p99 µs",
                "worst wait ms",
                "fewest/most turns",
                "commands/section",
                "scripts/section",
                "timeouts",
                "failures",
                "overlaps",
                "races");
    }

    Candidate candidate() {
        return candidate;
    }

    void add(Figures race) {
        races.add(race);
    }

    void addBrokenRace() {
        brokenRaces++;
    }

    /** Returns what it came to so far. */
    HandOffResult result(Setting setting) {
        return new HandOffResult(candidate, setting, Figures.over(races), races.size(), brokenRaces);
    }

    void addTo(Table table) {
        addTo(table, candidate.title(), Figures.over(races), races.size(), brokenRaces);
    }

    /** Returns a table of some results. */
    static String table(List<HandOffResult> results) {
        Table table = table();
        for (HandOffResult result : results) {
            addTo(table, result.candidate().title(), result.figures(), result.races(), result.brokenRaces());
        }
        return table.markdown();
    }

    private static void addTo(Table table, String title, Figures figures, int races, int brokenRaces) {
        boolean none = races == 0;
        table.add(
                title,
                decimals(0, figures.sections()),
                decimals(0, figures.handOvers()),
                decimals(0, figures.handOffP50()),
                decimals(0, figures.handOffP99()),
                decimals(0, figures.worstWait()),
                decimals(2, figures.fewestOfMost()),
                decimals(1, figures.commands()),
                decimals(1, figures.scripts()),
                none ? UNKNOWN : Long.toString(figures.timeouts()),
                none ? UNKNOWN : Long.toString(figures.failures()),
                none ? UNKNOWN : Long.toString(figures.overlaps()),
                brokenRaces == 0 ? Integer.toString(races) : races + ", " + brokenRaces + " broke off");
    }

    private static String decimals(int decimals, double value) {
        return Double.isNaN(value) ? UNKNOWN : String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}

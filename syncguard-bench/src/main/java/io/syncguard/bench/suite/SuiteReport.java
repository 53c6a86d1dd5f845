package io.syncguard.bench.suite;

import io.syncguard.bench.candidate.Kind;
import io.syncguard.bench.handoff.HandOffRaces;
import io.syncguard.bench.load.Figure;
import io.syncguard.bench.load.Load;
import io.syncguard.bench.report.Environment;
import io.syncguard.bench.report.Numbers;
import io.syncguard.bench.report.Table;
import io.syncguard.bench.run.Entrant;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;

/** What a run found out, in Markdown that stands beside the folder of its charts. */
final class SuiteReport {
    /** With and without somebody who is told. */
    private static final List<String> OBSERVED = List.of(
            "syncguard-memory",
            "syncguard-memory-listener",
            "syncguard-memory-meters",
            "syncguard-memory-observations",
            "syncguard-jedis",
            "syncguard-jedis-meters",
            "syncguard-jedis-observations");

    private final Findings findings;
    private final SuiteFlags flags;
    private final StringBuilder text = new StringBuilder();

    private SuiteReport(Findings findings, SuiteFlags flags) {
        this.findings = findings;
        this.flags = flags;
    }

    /**
     * Returns it.
     *
     * @param charts the folder of the charts, as seen from the report
     */
    static String of(Findings findings, SuiteFlags flags, String redisVersion, String charts) {
        return new SuiteReport(findings, flags).write(redisVersion, charts);
    }

    private String write(String redisVersion, String charts) {
        text.append("# Benchmarks\n\n")
                .append("For engineers who ask how fast SyncGuard is, and who compare it with other libraries.\n\n")
                .append(Environment.markdown(redisVersion))
                .append('\n')
                .append(method());
        heading("Acquire and release, uncontended");
        image("Pairs per second, by candidate and load", charts + "/throughput.svg");
        text.append("Pairs per second. A pair is one acquire and one release, so it is two operations.\n\n");
        rates(Size.PAIRS, entrant -> true);
        heading("Latency");
        image("p50 and p99 by candidate and load", charts + "/latency.svg");
        text.append("Microseconds for one acquire and one release together, p50 / p99.\n\n");
        latencies();
        heading("What the library adds to the bare client");
        text.append(
                "The same scripts on the same client with the same number of connections, with and without this library."
                        + " The cluster has three masters and no replicas.\n\n");
        overhead();
        heading("Compared with other libraries");
        text.append("SyncGuard's pairs per second, as a multiple of the other candidate's.\n\n");
        peers();
        text.append('\n').append("What the other candidates do not have or do:\n\n");
        lacks();
        heading("Other operations");
        text.append("Operations per second on a lock that is held.\n\n");
        rates(flags.size().others(), entrant -> entrant.kind() == Kind.OURS || entrant.kind() == Kind.FLOOR);
        heading("A listener, meters, observations");
        text.append(
                """
                What it costs a guard to tell somebody. The listener does nothing. Meters and observations go to a registry of Micrometer's
                that keeps the last values. A guard that has none of them calls nothing.

                """);
        observation();
        heading("Memory");
        text.append(
                """
                Bytes of one lock with a key of 17 bytes. In Redis they are the `MEMORY USAGE` of all its keys.
                Firestore bills by document.

                """);
        memory();
        if (!findings.handOffs().isEmpty()) {
            heading("Contended hand-off");
            image("How long a hand-off takes, and how fair it is", charts + "/hand-off.svg");
            text.append(
                    "A hand-off lasts from just before one contender calls release until another contender's acquire has"
                            + " returned.\nThe work under the lock takes 1 ms. Each contender is a thread with a client of its"
                            + " own.\n");
            text.append(HandOffRaces.markdown(findings.handOffs()));
        }
        absent();
        return text.toString();
    }

    private String method() {
        return String.format(
                Locale.ROOT,
                "Each candidate runs in a JVM of its own.\n"
                        + "The JVM is warm before its first round, and a fresh one replaces it after %d rounds.\n"
                        + "There are %d rounds."
                        + " In each of them, under each load, every candidate gets one slice of %d ms on an empty server.\n"
                        + "The slices follow one another, so a machine that is slow for a while is slow for all candidates.\n"
                        + "Figures are medians over rounds. Ratios are medians of the ratios within each round.\n"
                        + "Clients and server share the processors.\nMade by `syncguard-bench/run.sh %s`.%n",
                flags.size().roundsOfJvm(),
                flags.rounds(),
                flags.slice().toMillis(),
                flags.size().title());
    }

    private void heading(String heading) {
        text.append("\n## ").append(heading).append("\n\n");
    }

    private void image(String alternative, String file) {
        text.append("![").append(alternative).append("](").append(file).append(")\n\n");
    }

    private void rates(List<Load> loads, Predicate<Entrant> who) {
        Table table = table("candidate", loads, load -> titled(load));
        for (Entrant entrant : findings.entrants()) {
            if (who.test(entrant)
                    && loads.stream().anyMatch(load -> findings.results().has(entrant.name(), load))) {
                table.add(cells(
                        entrant.title(),
                        loads,
                        load -> Numbers.whole(findings.results().median(entrant.name(), load, Figure.RATE))));
            }
        }
        text.append(table.markdown());
    }

    private static String titled(Load load) {
        return switch (load.operation()) {
            case PAIR, ASYNC_PAIR -> load.title();
            case EXTEND, IS_LOCKED, LOOKUP -> load.operation().title() + ", " + load.title();
        };
    }

    private void latencies() {
        Table table = table("candidate", Size.PAIRS, Load::title);
        for (Entrant entrant : findings.entrants()) {
            if (Size.PAIRS.stream().noneMatch(load -> findings.results().has(entrant.name(), load))) {
                continue;
            }
            table.add(cells(
                    entrant.title(),
                    Size.PAIRS,
                    load -> Double.isFinite(findings.results().median(entrant.name(), load, Figure.P50))
                            ? Numbers.brief(findings.results().median(entrant.name(), load, Figure.P50))
                                    + " / "
                                    + Numbers.brief(findings.results().median(entrant.name(), load, Figure.P99))
                            : Numbers.UNKNOWN));
        }
        text.append(table.markdown());
    }

    private void overhead() {
        Table table = table("", Size.PAIRS, Load::title);
        overhead(table, "jedis", "syncguard-jedis", "raw-jedis");
        overhead(table, "jedis, client handed in", "syncguard-jedis-handed-in", "raw-jedis");
        overhead(table, "jedis, cluster", "syncguard-jedis-cluster", "raw-jedis-cluster");
        overhead(table, "jedis, cluster, client handed in", "syncguard-jedis-cluster-handed-in", "raw-jedis-cluster");
        overhead(table, "lettuce", "syncguard-lettuce", "raw-lettuce");
        text.append(table.markdown());
    }

    private void overhead(Table table, String title, String ours, String bare) {
        ratios(table, title + ", pairs/s", ours, bare, Figure.RATE);
        ratios(table, title + ", bytes allocated per pair", ours, bare, Figure.BYTES);
    }

    private void peers() {
        Table table = table("", Size.PAIRS, Load::title);
        for (Entrant peer : findings.entrants()) {
            if (peer.kind() == Kind.PEER) {
                ratios(table, "Jedis vs. " + peer.title(), "syncguard-jedis", peer.name(), Figure.RATE);
                ratios(table, "Lettuce vs. " + peer.title(), "syncguard-lettuce", peer.name(), Figure.RATE);
            }
        }
        text.append(table.markdown());
    }

    private void ratios(Table table, String title, String ours, String other, Figure figure) {
        table.add(cells(
                title, Size.PAIRS, load -> Numbers.times(findings.results().ratio(ours, other, load, figure))));
    }

    private void lacks() {
        findings.entrants().stream()
                .filter(entrant -> !entrant.lacks().isEmpty())
                .forEach(entrant -> text.append("- ")
                        .append(entrant.title())
                        .append(": ")
                        .append(entrant.lacks())
                        .append('\n'));
    }

    private void observation() {
        Table table = new Table("candidate", "1 thread, pairs/s", "8 threads, pairs/s", "bytes allocated per pair");
        for (String name : OBSERVED) {
            findings.entrants().stream()
                    .filter(entrant -> entrant.name().equals(name))
                    .forEach(entrant -> table.add(
                            entrant.title(),
                            Numbers.whole(findings.results().median(name, Load.pairs(1), Figure.RATE)),
                            Numbers.whole(findings.results().median(name, Load.pairs(8), Figure.RATE)),
                            Numbers.whole(findings.results().median(name, Load.pairs(1), Figure.BYTES))));
        }
        text.append(table.markdown());
    }

    private void memory() {
        Table table = new Table("candidate", "held", "left after release", "where");
        findings.memory()
                .forEach(use ->
                        table.add(use.title(), Numbers.whole(use.held()), Numbers.whole(use.left()), use.where()));
        text.append(table.markdown());
    }

    private void absent() {
        if (!findings.skipped().isEmpty() || !findings.failures().isEmpty()) {
            heading("Not measured");
            findings.skipped().forEach((name, why) -> text.append("- " + name + ": skipped, " + why + "\n"));
            findings.failures().forEach((name, why) -> text.append("- " + name + ": failed, " + why + "\n"));
        }
    }

    private static Table table(String first, List<Load> loads, Function<Load, String> heading) {
        return new Table(cells(first, loads, heading));
    }

    private static String[] cells(String first, List<Load> loads, Function<Load, String> cell) {
        String[] cells = new String[loads.size() + 1];
        cells[0] = first;
        for (int i = 0; i < loads.size(); i++) {
            cells[i + 1] = cell.apply(loads.get(i));
        }
        return cells;
    }
}

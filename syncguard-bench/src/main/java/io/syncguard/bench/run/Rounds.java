package io.syncguard.bench.run;

import io.syncguard.bench.jmh.Order;
import io.syncguard.bench.load.Load;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Lets all entrants take turns: in each round, under each load, each of them has one short slice on an empty server, another
 * one first each time. So whatever slows the machine for a while slows all of them. Now and then all of them begin anew in
 * fresh JVMs, because one JVM compiles the same code better than the next.
 */
public final class Rounds {
    /** Whoever fails so often takes no further part. */
    private static final int MOST_FAILURES = 3;

    private final int rounds;
    private final int roundsOfJvm;
    private final Duration warmUp;
    private final Duration time;
    private final Runnable emptying;
    private final Optional<Path> json;
    private final PrintStream progress;
    private final Results results = new Results();
    private final Map<String, String> failures = new TreeMap<>();
    private final Map<String, Integer> failed = new HashMap<>();
    private final Set<String> cannot = new HashSet<>();

    /**
     * @param roundsOfJvm after how many rounds all entrants begin anew
     * @param warmUp how long each slice runs before it counts
     * @param time how long it counts
     * @param emptying removes all keys from the servers
     * @param json a folder for JMH's results
     */
    public Rounds(
            int rounds,
            int roundsOfJvm,
            Duration warmUp,
            Duration time,
            Runnable emptying,
            Optional<Path> json,
            PrintStream progress) {
        this.rounds = rounds;
        this.roundsOfJvm = roundsOfJvm;
        this.warmUp = warmUp;
        this.time = time;
        this.emptying = emptying;
        this.json = json;
        this.progress = progress;
    }

    /** Returns what it came to. Blocks for as long as all of it takes. Whoever cannot be started, or fails again and again, takes no further part. */
    public Results run(List<Entrant> entrants, List<Load> loads) throws InterruptedException {
        List<Entrant> ready = List.of();
        for (int round = 1; round <= rounds; round++) {
            if ((round - 1) % roundsOfJvm == 0) {
                ready = prepared(entrants, loads);
            }
            for (Load load : loads) {
                turn(ready, load, round);
            }
            Collections.rotate(ready, -1);
        }
        return results;
    }

    private List<Entrant> prepared(List<Entrant> entrants, List<Load> loads) throws InterruptedException {
        List<Entrant> ready = new ArrayList<>();
        for (Entrant entrant : entrants) {
            progress.printf(Locale.ROOT, "warming up %s ...%n", entrant.name());
            try {
                entrant.close();
                emptying.run();
                entrant.prepare(loads);
                ready.add(entrant);
            } catch (IOException e) {
                fail(entrant, "warming up", e);
            }
        }
        return ready;
    }

    /** Returns who failed and when, and with what kinds of exception. */
    public Map<String, String> failures() {
        return Collections.unmodifiableMap(failures);
    }

    private void turn(List<Entrant> ready, Load load, int round) throws InterruptedException {
        progress.printf(Locale.ROOT, "[round %d/%d] %s:", round, rounds, load.name());
        for (Entrant entrant : ready) {
            if (failed.getOrDefault(entrant.name(), 0) < MOST_FAILURES
                    && !cannot.contains(entrant.name() + load.name())) {
                slice(entrant, load, round);
            }
        }
        progress.println();
    }

    private void slice(Entrant entrant, Load load, int round) throws InterruptedException {
        progress.print(" " + entrant.name());
        progress.flush();
        emptying.run();
        Path file = json.map(folder -> folder.resolve(entrant.name() + "_" + load.name() + "_" + round + ".json"))
                .orElse(Path.of(""));
        try {
            entrant.run(new Order(load, Integer.toString(round), warmUp, time, file))
                    .ifPresentOrElse(
                            slice -> results.add(entrant.name(), load, round, slice),
                            () -> cannot.add(entrant.name() + load.name()));
        } catch (IOException e) {
            fail(entrant, load.name() + " in round " + round, e);
        }
    }

    private void fail(Entrant entrant, String during, IOException e) {
        progress.printf(Locale.ROOT, "%n%s failed, %s: %s%n", entrant.name(), during, e.getMessage());
        failures.put(entrant.name() + ", " + during, String.valueOf(e.getMessage()));
        int count = failed.merge(entrant.name(), 1, Integer::sum);
        if (count == MOST_FAILURES) {
            progress.println(entrant.name() + " takes no further part");
        }
    }
}

package io.syncguard.bench.handoff;

import io.syncguard.bench.candidate.Candidate;
import io.syncguard.bench.redis.RedisMonitor;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** All races, interleaved: in each round all candidates race, another one first each time. */
final class Contest {
    private final Flags flags;
    private final Race race;
    private final RedisMonitor monitor;
    private final PrintStream progress;
    private int races;

    Contest(Flags flags, Race race, RedisMonitor monitor, PrintStream progress) {
        this.flags = flags;
        this.race = race;
        this.monitor = monitor;
        this.progress = progress;
    }

    /** Returns how all did in one setting. Blocks for as long as that takes. */
    List<Standing> in(Setting setting) throws InterruptedException {
        List<Standing> standings =
                flags.candidates().stream().map(Standing::new).toList();
        List<Standing> order = new ArrayList<>(standings);
        for (int round = 1; round <= flags.rounds(); round++) {
            for (Standing standing : order) {
                run(standing, setting, round);
            }
            Collections.rotate(order, -1);
        }
        return standings;
    }

    private void run(Standing standing, Setting setting, int round) throws InterruptedException {
        races++;
        Candidate candidate = standing.candidate();
        int all = flags.settings().size() * flags.rounds() * flags.candidates().size();
        progress.printf(
                Locale.ROOT, "[%d/%d] %s, round %d: %s ... ", races, all, setting.title(), round, candidate.name());
        progress.flush();
        monitor.empty();
        try {
            Figures figures = Measurement.of(
                    race.run(candidate, setting, "hand-off-" + races, Duration.ofSeconds(flags.seconds())));
            standing.add(figures);
            progress.printf(Locale.ROOT, "%.0f sections/s%n", figures.sections());
        } catch (RaceException e) {
            standing.addBrokenRace();
            progress.println(e.getMessage());
        }
    }
}

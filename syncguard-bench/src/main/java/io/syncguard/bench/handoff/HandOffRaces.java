package io.syncguard.bench.handoff;

import io.syncguard.bench.candidate.Candidate;
import io.syncguard.bench.redis.RedisMonitor;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Contended races for other reports than that of {@link HandOff}: threads, each with a client of its own. */
public final class HandOffRaces {
    private final String redisUri;
    private final RedisMonitor monitor;
    private final PrintStream progress;

    /** Does not start anything yet. */
    public HandOffRaces(String redisUri, RedisMonitor monitor, PrintStream progress) {
        this.redisUri = redisUri;
        this.monitor = monitor;
        this.progress = progress;
    }

    /** Returns how all did in all settings, setting by setting. Blocks for as long as all races take. */
    public List<HandOffResult> run(List<Candidate> candidates, List<Setting> settings, int seconds, int rounds)
            throws InterruptedException {
        Flags flags = new Flags(false, settings, seconds, rounds, candidates, false, false);
        Contest contest = new Contest(flags, new ThreadRace(redisUri, monitor, false), monitor, progress);
        List<HandOffResult> results = new ArrayList<>();
        for (Setting setting : settings) {
            for (Standing standing : contest.in(setting)) {
                results.add(standing.result(setting));
            }
        }
        return results;
    }

    /** Returns settings of some numbers of contenders, with each of some pauses in milliseconds. */
    public static List<Setting> settings(List<Integer> contenders, List<Integer> pauses) {
        return pauses.stream()
                .flatMap(pause -> contenders.stream().map(count -> new Setting(count, Duration.ofMillis(pause))))
                .toList();
    }

    /** Returns tables in Markdown, one for each setting, each below a heading of the third level. */
    public static String markdown(List<HandOffResult> results) {
        StringBuilder text = new StringBuilder();
        for (Setting setting :
                results.stream().map(HandOffResult::setting).distinct().toList()) {
            text.append("\n### ")
                    .append(setting.title())
                    .append("\n\n")
                    .append(Standing.table(results.stream()
                            .filter(result -> result.setting().equals(setting))
                            .toList()));
        }
        return text.toString();
    }
}

package io.syncguard.bench.handoff;

import io.syncguard.bench.candidate.Candidate;
import io.syncguard.bench.candidate.Candidates;
import io.syncguard.bench.flags.FlagException;
import io.syncguard.bench.flags.FlagReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What was given on the command line.
 *
 * @param help whether only the usage is wanted
 * @param settings what to make a table of, each
 * @param seconds how long a race lasts, after its warm-up
 * @param rounds how many races of each candidate there are per setting
 * @param candidates who takes part
 * @param jvms whether each contender has a JVM of its own
 * @param shared whether all contenders share a client
 */
record Flags(
        boolean help,
        List<Setting> settings,
        int seconds,
        int rounds,
        List<Candidate> candidates,
        boolean jvms,
        boolean shared) {
    static final String USAGE =
            """
            Usage: syncguard-bench/run.sh hand-off [flags]

              --contenders 2,8,64   how many contend for the lock, 2 to 1024
              --seconds 10          how long each race counts, after a warm-up, 1 to 3600
              --rounds 3            how many races of each candidate the medians are of, 1 to 100
              --pause 0,1           milliseconds each contender parks between its sections, 0 to 10000
              --candidates a,b,c    who takes part, all by default:
                                    %s
              --jvms                a JVM for each contender, instead of a thread with a client of its own
              --shared              threads that share one client, instead of one client for each
              --help                show this and stop"""
                    .formatted(String.join(",\n" + " ".repeat(24), Candidates.names(Candidates.CONTENDING)));

    private static final String CONTENDERS = "--contenders";
    private static final String SECONDS = "--seconds";
    private static final String ROUNDS = "--rounds";
    private static final String PAUSE = "--pause";
    private static final String CANDIDATES = "--candidates";
    private static final String JVMS = "--jvms";
    private static final String SHARED = "--shared";
    private static final String HELP = "--help";

    Flags {
        settings = List.copyOf(settings);
        candidates = List.copyOf(candidates);
    }

    /**
     * @throws FlagException if it is not what {@link #USAGE} describes
     */
    static Flags parse(String... args) throws FlagException {
        FlagReader read = FlagReader.read(
                List.of(args), Set.of(CONTENDERS, SECONDS, ROUNDS, PAUSE, CANDIDATES), Set.of(JVMS, SHARED, HELP));
        boolean jvms = read.has(JVMS);
        boolean shared = read.has(SHARED);
        if (jvms && shared) {
            throw new FlagException("--jvms and --shared exclude each other: JVMs cannot share a client");
        }
        return new Flags(
                read.has(HELP),
                settings(read.numbers(CONTENDERS, "2,8,64", 2, 1024), read.numbers(PAUSE, "0,1", 0, 10_000)),
                read.number(SECONDS, 10, 1, 3600),
                read.number(ROUNDS, 3, 1, 100),
                candidates(read.list(CANDIDATES, String.join(",", Candidates.names(Candidates.CONTENDING))), jvms),
                jvms,
                shared);
    }

    private static List<Setting> settings(List<Integer> contenders, List<Integer> pauses) {
        return pauses.stream()
                .flatMap(pause -> contenders.stream().map(count -> new Setting(count, Duration.ofMillis(pause))))
                .toList();
    }

    /** With a JVM for each contender, those that cannot take part are left out. */
    private static List<Candidate> candidates(List<String> names, boolean jvms) throws FlagException {
        List<Candidate> candidates = new ArrayList<>();
        for (String name : names) {
            Candidate candidate = Candidates.named(name)
                    .filter(Candidate::waits)
                    .orElseThrow(() -> new FlagException("there is no candidate '" + name + "'; there are "
                            + String.join(", ", Candidates.names(Candidates.CONTENDING))));
            if (!jvms || candidate.acrossJvms()) {
                candidates.add(candidate);
            }
        }
        if (candidates.isEmpty()) {
            throw new FlagException("none of these candidates can contend across JVMs; leave --jvms out");
        }
        return candidates;
    }
}

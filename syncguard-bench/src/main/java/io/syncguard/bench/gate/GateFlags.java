package io.syncguard.bench.gate;

import io.syncguard.bench.flags.FlagException;
import io.syncguard.bench.flags.FlagReader;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What was given on the command line.
 *
 * @param help whether only the usage is wanted
 * @param targets what is measured
 * @param rounds how many slices of each candidate and load the medians are of
 * @param sliceMillis how long each slice counts
 */
record GateFlags(boolean help, List<Target> targets, int rounds, int sliceMillis) {
    static final String USAGE =
            """
            Usage: syncguard-bench/run.sh gate [flags]

            Measures every target in about twenty minutes. Exits with 0 if all are met, 1 if one is missed or could not be
            measured. Ratios of times are missed if they are beyond their bounds by more than a twentieth. Targets that need a program which
            is not installed are skipped, and said to be.

              --only T1,T5         which targets, all by default: %s
              --rounds 6           how many slices of each candidate and load the medians are of, 1 to 100;
                                   two thirds as many for T11 and T12
              --slice-millis 1200  how long each slice counts, 100 to 60000
              --help               show this and stop"""
                    .formatted(String.join(", ", groups()));

    private static final String ONLY = "--only";
    private static final String ROUNDS = "--rounds";
    private static final String SLICE = "--slice-millis";
    private static final String HELP = "--help";

    GateFlags {
        targets = List.copyOf(targets);
    }

    /**
     * @throws FlagException if it is not what {@link #USAGE} describes
     */
    static GateFlags parse(String... args) throws FlagException {
        FlagReader read = FlagReader.read(List.of(args), Set.of(ONLY, ROUNDS, SLICE), Set.of(HELP));
        return new GateFlags(
                read.has(HELP),
                targets(read.list(ONLY, String.join(",", groups()))),
                read.number(ROUNDS, 6, 1, 100),
                read.number(SLICE, 1200, 100, 60_000));
    }

    private static List<String> groups() {
        return Arrays.stream(Target.values()).map(Target::group).distinct().toList();
    }

    private static List<Target> targets(List<String> groups) throws FlagException {
        for (String group : groups) {
            if (!groups().contains(group)) {
                throw new FlagException("there is no target '" + group + "'; there are " + String.join(", ", groups()));
            }
        }
        return Arrays.stream(Target.values())
                .filter(target -> groups.contains(target.group()))
                .toList();
    }

    boolean wants(String... groups) {
        return targets.stream().map(Target::group).anyMatch(Set.of(groups)::contains);
    }
}

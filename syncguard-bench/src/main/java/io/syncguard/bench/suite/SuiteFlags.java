package io.syncguard.bench.suite;

import io.syncguard.bench.flags.FlagException;
import io.syncguard.bench.flags.FlagReader;
import io.syncguard.bench.run.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What was given on the command line.
 *
 * @param help whether only the usage is wanted
 * @param size how much is measured, where nothing else is said
 * @param rounds how many slices of each candidate and load the medians are of
 * @param slice how long each slice counts
 * @param entrants who takes part, by name
 * @param handOff whether contended races are run
 */
record SuiteFlags(boolean help, Size size, int rounds, Duration slice, List<String> entrants, boolean handOff) {
    static final String USAGE =
            """
            Usage: syncguard-bench/run.sh quick|full [flags]

            quick takes about ten minutes, full about half an hour. Both write tables and charts to target/bench.

              --rounds 3              how many slices of each candidate and load the medians are of, 1 to 100; full: 4
              --slice-millis 700      how long each slice counts, 100 to 60000; full: 1200
              --candidates a,b,c      who takes part, all by default:
                                      %s
              --no-hand-off           leave the contended races out
              --help                  show this and stop"""
                    .formatted(String.join(",\n" + " ".repeat(26), Field.names()));

    private static final String ROUNDS = "--rounds";
    private static final String SLICE = "--slice-millis";
    private static final String CANDIDATES = "--candidates";
    private static final String NO_HAND_OFF = "--no-hand-off";
    private static final String HELP = "--help";

    SuiteFlags {
        entrants = List.copyOf(entrants);
    }

    /**
     * @param args the size, and flags
     * @throws FlagException if it is not what {@link #USAGE} describes
     */
    static SuiteFlags parse(String... args) throws FlagException {
        if (args.length == 0) {
            throw new FlagException("say quick or full");
        }
        Size size = Size.named(args[0])
                .orElseThrow(() -> new FlagException("there is quick and full, not '" + args[0] + "'"));
        List<String> rest = List.of(args).subList(1, args.length);
        FlagReader read = FlagReader.read(rest, Set.of(ROUNDS, SLICE, CANDIDATES), Set.of(NO_HAND_OFF, HELP));
        int slice = read.number(SLICE, (int) size.slice().toMillis(), 100, 60_000);
        return new SuiteFlags(
                read.has(HELP),
                size,
                read.number(ROUNDS, size.rounds(), 1, 100),
                Duration.ofMillis(slice),
                entrants(read.list(CANDIDATES, String.join(",", Field.names()))),
                !read.has(NO_HAND_OFF));
    }

    private static List<String> entrants(List<String> names) throws FlagException {
        List<String> entrants = new ArrayList<>();
        for (String name : names) {
            if (!Field.names().contains(name)) {
                throw new FlagException(
                        "there is no candidate '" + name + "'; there are " + String.join(", ", Field.names()));
            }
            entrants.add(name);
        }
        return entrants;
    }
}

package io.syncguard.bench.suite;

import io.syncguard.bench.load.Load;
import io.syncguard.bench.load.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How much is measured.
 *
 * @param title what the command line calls it
 * @param rounds how many slices of each candidate and load there are
 * @param roundsOfJvm after how many rounds each candidate gets a fresh JVM
 * @param sliceWarmUp how long a slice runs before it counts
 * @param slice how long it counts
 * @param warmUp how long each load runs before any round
 * @param threadsOfOthers how many threads call extend, isLocked and lookup
 * @param pauses how long contenders park between their sections, in milliseconds
 * @param raceSeconds how long each contended race counts
 * @param raceRounds how many races of each candidate and setting there are
 */
record Size(
        String title,
        int rounds,
        int roundsOfJvm,
        Duration sliceWarmUp,
        Duration slice,
        Duration warmUp,
        List<Integer> threadsOfOthers,
        List<Integer> pauses,
        int raceSeconds,
        int raceRounds) {
    /** About ten minutes. */
    static final Size QUICK = new Size(
            "quick",
            3,
            3,
            Duration.ofMillis(300),
            Duration.ofMillis(700),
            Duration.ofSeconds(1),
            List.of(8),
            List.of(0),
            2,
            1);

    /** About half an hour. */
    static final Size FULL = new Size(
            "full",
            3,
            3,
            Duration.ofSeconds(1),
            Duration.ofMillis(1200),
            Duration.ofSeconds(1),
            List.of(1, 8),
            List.of(0, 1),
            3,
            2);

    /** How many take locks of their own at once. */
    static final List<Load> PAIRS =
            List.of(Load.pairs(1), Load.pairs(8), Load.pairs(32), Load.async(64), Load.async(256));

    Size {
        threadsOfOthers = List.copyOf(threadsOfOthers);
        pauses = List.copyOf(pauses);
    }

    static Optional<Size> named(String name) {
        return List.of(QUICK, FULL).stream()
                .filter(size -> size.title.equals(name))
                .findFirst();
    }

    /** Returns the loads of extend, isLocked and lookup. */
    List<Load> others() {
        List<Load> others = new ArrayList<>();
        for (Operation operation : List.of(Operation.EXTEND, Operation.IS_LOCKED, Operation.LOOKUP)) {
            threadsOfOthers.forEach(threads -> others.add(new Load(operation, threads)));
        }
        return others;
    }

    /** Returns all loads. */
    List<Load> loads() {
        List<Load> loads = new ArrayList<>(PAIRS);
        loads.addAll(others());
        return loads;
    }
}

package io.syncguard.bench.handoff;

import java.util.Arrays;
import java.util.List;

/** How often each contender had the lock. */
final class Turns {
    private final long[] turns;

    private Turns(long[] turns) {
        this.turns = turns;
    }

    /** Counts sections of a number of contenders, some of whom may have had none. */
    static Turns in(List<Attempt> sections, int contenders) {
        long[] turns = new long[contenders];
        for (Attempt section : sections) {
            turns[section.contender()]++;
        }
        return new Turns(turns);
    }

    /** Returns the fewest turns as a fraction of the most: 1 is fair, 0 means that somebody starved; NaN without any. */
    double fewestOfMost() {
        long most = Arrays.stream(turns).max().orElse(0);
        return most == 0 ? Double.NaN : (double) Arrays.stream(turns).min().orElse(0) / most;
    }
}

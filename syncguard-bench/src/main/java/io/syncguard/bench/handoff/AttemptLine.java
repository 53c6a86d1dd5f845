package io.syncguard.bench.handoff;

/** An attempt as a line of text, by which one JVM tells another. */
final class AttemptLine {
    private static final int FIELDS = 4;

    private AttemptLine() {}

    /** Returns the line, without the contender: the reader knows who writes. */
    static String write(Attempt attempt) {
        return attempt.outcome().name()
                + " "
                + attempt.wantedNanos()
                + " "
                + (attempt.endedNanos() - attempt.wantedNanos())
                + " "
                + (attempt.releasingNanos() - attempt.endedNanos());
    }

    /**
     * Returns the attempt in a line.
     *
     * @throws IllegalArgumentException if it is no such line
     */
    static Attempt read(int contender, String line) {
        String[] fields = line.split(" ", -1);
        if (fields.length != FIELDS) {
            throw new IllegalArgumentException("not an attempt: '" + line + "'");
        }
        Outcome outcome = Outcome.valueOf(fields[0]);
        long wanted = Long.parseLong(fields[1]);
        long ended = wanted + Long.parseLong(fields[2]);
        return new Attempt(contender, outcome, wanted, ended, ended + Long.parseLong(fields[3]));
    }
}

package io.syncguard.redis.tests.history;

/**
 * What one actor wrote down at one moment. Immutable.
 *
 * @param nanos the moment, by the monotonic clock that all processes of a machine share
 * @param wallMillis the same moment by the wall clock, for people and logs
 * @param actor a process and a thread in it: {@code process/thread}
 * @param kind what happened
 * @param key the key it happened to, or {@code -}
 * @param lock which of the actor's acquisitions it belongs to
 * @param value what {@link EventKind} says
 * @param untilNanos until when the actor holds the lock by its own rules; 0 if the event says nothing of it
 * @param note a word, or {@code -}
 */
record HistoryEvent(
        long nanos,
        long wallMillis,
        String actor,
        EventKind kind,
        String key,
        int lock,
        long value,
        long untilNanos,
        String note) {
    static final String NOTHING = "-";

    private static final int COLUMNS = 9;

    /** Returns the event as a line, without its end. */
    String line() {
        return String.join(
                " ",
                Long.toString(nanos),
                Long.toString(wallMillis),
                actor,
                kind.name(),
                key,
                Integer.toString(lock),
                Long.toString(value),
                Long.toString(untilNanos),
                note);
    }

    /**
     * Returns the event that a line tells of.
     *
     * @throws IllegalArgumentException if the line is none of {@link #line()}
     */
    static HistoryEvent parse(String line) {
        String[] columns = line.split(" ", -1);
        if (columns.length != COLUMNS) {
            throw new IllegalArgumentException("no line of a history: " + line);
        }
        return new HistoryEvent(
                Long.parseLong(columns[0]),
                Long.parseLong(columns[1]),
                columns[2],
                EventKind.valueOf(columns[3]),
                columns[4],
                Integer.parseInt(columns[5]),
                Long.parseLong(columns[6]),
                Long.parseLong(columns[7]),
                columns[8]);
    }

    /** Returns the process of the actor. */
    String process() {
        int slash = actor.indexOf('/');
        return slash < 0 ? actor : actor.substring(0, slash);
    }
}

package io.syncguard.bench.load;

/** What callers do over and over. */
public enum Operation {
    /** Take a lock that nobody else wants and give it back. */
    PAIR("pair", "acquire and release"),
    /** The same without blocking, many at a time. */
    ASYNC_PAIR("async", "acquire and release, asynchronous"),
    /** Prolong a lock they hold. */
    EXTEND("extend", "extend"),
    /** Ask whether a held lock is locked. */
    IS_LOCKED("is-locked", "isLocked"),
    /** Look a held lock up by its key. */
    LOOKUP("lookup", "lookup");

    private final String word;
    private final String title;

    Operation(String word, String title) {
        this.word = word;
        this.title = title;
    }

    /** Returns what the command line calls it. */
    public String word() {
        return word;
    }

    /** Returns what the report calls it. */
    public String title() {
        return title;
    }
}

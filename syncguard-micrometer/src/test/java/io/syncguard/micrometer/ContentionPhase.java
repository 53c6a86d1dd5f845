package io.syncguard.micrometer;

/** A part of a {@link ContentionScenario}. */
enum ContentionPhase {
    /** Callers come at their usual pace. */
    CALM("usual load"),
    /** Many callers want the same lock. */
    CROWD("a crowd for one key"),
    /** The crowd is gone. */
    QUIET("usual load"),
    /** The server accepts requests and answers none, for longer than a ttl. */
    HANG("Redis hangs"),
    /** The server goes on. */
    RECOVERY("Redis is back"),
    /** All work stops, locks are released, and guards closed. */
    END("end");

    private final String title;

    ContentionPhase(String title) {
        this.title = title;
    }

    /** Returns what a plot calls it. */
    String title() {
        return title;
    }
}

package io.syncguard.redis.tests.history;

/**
 * Something that must not be. Immutable.
 *
 * @param kind what it is
 * @param key the key it happened to
 * @param what the events, for people
 * @param confirmedNanos when the first of the two holders last knew that the server had its lock
 * @param atNanos when it happened: when the second of the two was granted the lock
 */
record Violation(Kind kind, String key, String what, long confirmedNanos, long atNanos) {
    enum Kind {
        /** Two held a lock at the same time, each by its own rules. */
        OVERLAP,
        /** A token is not greater than one that was given before. */
        TOKEN_ORDER,
        /** A key was locked that nobody can have held any more. */
        ORPHAN,
        /** A call took longer than it may. */
        SLOW_CALL
    }

    /**
     * Returns whether a failover that lost the master's last writes accounts for it: what the first holder had was confirmed
     * shortly before the fault, or after it by a master that was no longer one, and the second came afterwards.
     */
    boolean isLossIn(Failover failover, HistoryRules rules) {
        return (kind == Kind.OVERLAP || kind == Kind.TOKEN_ORDER)
                && confirmedNanos >= failover.faultNanos() - rules.lag().toNanos()
                && confirmedNanos <= failover.healedNanos()
                && atNanos >= failover.faultNanos()
                && atNanos <= failover.healedNanos() + rules.outlivesNanos();
    }

    @Override
    public String toString() {
        return kind + " on " + key + ": " + what;
    }
}

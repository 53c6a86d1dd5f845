package io.syncguard.spi;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import java.time.Duration;

/** One attempt to acquire a lock from a place, as {@link TurnQueue} makes it. Immutable, except that its place may be left meanwhile. */
public final class TurnAttempt {
    private final LockKey key;
    private final String stored;
    private final LockId id;
    private final Ttl ttl;
    private final Duration waited;
    private final Duration holdBack;
    private final String note;
    private final long place;
    private final CalledWaiter waiter;

    TurnAttempt(
            LockKey key,
            String stored,
            LockId id,
            Ttl ttl,
            Duration waited,
            Duration holdBack,
            String note,
            long place,
            CalledWaiter waiter) {
        this.key = key;
        this.stored = stored;
        this.id = id;
        this.ttl = ttl;
        this.waited = waited;
        this.holdBack = holdBack;
        this.note = note;
        this.place = place;
        this.waiter = waiter;
    }

    /** Returns the lock's key. */
    public LockKey key() {
        return key;
    }

    /** Returns the key as it is stored. */
    public String stored() {
        return stored;
    }

    /** Returns the id to acquire with. */
    public LockId id() {
        return id;
    }

    /** Returns the ttl to acquire with. */
    public Ttl ttl() {
        return ttl;
    }

    /** Returns how long the caller has been waiting. This process is registered as of that moment, so that it keeps its rank. */
    public Duration waited() {
        return waited;
    }

    /** Returns how much longer this process leaves a free lock to the waiter elsewhere that it has just woken (WAI-3); often zero. */
    public Duration holdBack() {
        return holdBack;
    }

    /** Returns the note of the release that it holds back for; empty if it does not hold back, or there is none. */
    public String note() {
        return note;
    }

    /**
     * Returns the number of the place, which {@link TurnQueue#leave} names. No other place of this process has or will have it, and later
     * ones have greater numbers.
     */
    public long place() {
        return place;
    }

    /**
     * Returns whether the place is still there. One that was left is not to be registered any more. A store that is asked over a network
     * cannot know; what it registers too late is passed on when its turn comes.
     */
    public boolean isOpen() {
        return !waiter.hasLeft();
    }
}

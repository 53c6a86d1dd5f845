package io.syncguard;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How to acquire a lock. Immutable and thread-safe; each {@code with…} method returns a copy.
 *
 * <table>
 *   <caption>Options and their defaults</caption>
 *   <tr><th>option</th><th>default</th><th>calls that accept it</th></tr>
 *   <tr><td>{@link #withTtl ttl}</td><td>30 s</td><td>all</td></tr>
 *   <tr><td>{@link #withTimeout timeout}</td><td>5 s</td><td>those that wait: {@code acquire}, {@code run}, {@code call}</td></tr>
 *   <tr><td>{@link #withMaxRetries maxRetries}</td><td>10, or no limit if only a timeout is set</td><td>those that wait</td></tr>
 *   <tr><td>{@link #withHeartbeat heartbeat}</td><td>off; on for {@code asLock} and {@code asReentrantLock}</td><td>all</td></tr>
 *   <tr><td>{@link #withMinHold minHold}</td><td>zero</td><td>all</td></tr>
 *   <tr><td>{@link #withLossPolicy lossPolicy}</td><td>{@link LossPolicy#FAIL}</td><td>those that do work: {@code run},
 *       {@code call}, {@code tryRun}, {@code tryCall}</td></tr>
 *   <tr><td>{@link #withName name}</td><td>none</td><td>all</td></tr>
 * </table>
 *
 * <p>A call refuses an option that it would ignore, with {@code INVALID_ARGUMENT} and before any I/O.
 */
public final class LockOptions {
    private static final Duration DEFAULT_TTL = Duration.ofSeconds(30);
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);
    private static final int DEFAULT_RETRIES = 10;
    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(365);
    private static final int LONGEST_NAME = 100;

    private static final LockOptions DEFAULTS = new LockOptions(new Values());

    private final Duration ttl;
    private final @Nullable Duration timeout;
    private final @Nullable Integer maxRetries;
    private final @Nullable Boolean heartbeat;
    private final Duration minHold;
    private final @Nullable LossPolicy lossPolicy;
    private final @Nullable String name;

    /** Holds the values of a copy while it is made. Null stands for an option that was not set. */
    private static final class Values {
        private Duration ttl = DEFAULT_TTL;
        private @Nullable Duration timeout;
        private @Nullable Integer maxRetries;
        private @Nullable Boolean heartbeat;
        private Duration minHold = Duration.ZERO;
        private @Nullable LossPolicy lossPolicy;
        private @Nullable String name;
    }

    private LockOptions(Values values) {
        this.ttl = values.ttl;
        this.timeout = values.timeout;
        this.maxRetries = values.maxRetries;
        this.heartbeat = values.heartbeat;
        this.minHold = values.minHold;
        this.lossPolicy = values.lossPolicy;
        this.name = values.name;
    }

    private Values values() {
        Values values = new Values();
        values.ttl = ttl;
        values.timeout = timeout;
        values.maxRetries = maxRetries;
        values.heartbeat = heartbeat;
        values.minHold = minHold;
        values.lossPolicy = lossPolicy;
        values.name = name;
        return values;
    }

    /** Returns options of which none is set. The table above lists what then applies. */
    public static LockOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Returns these options with another ttl: how long the lock lives unless it is extended.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is not a whole number of milliseconds from 1 ms to 365 days
     */
    @CheckReturnValue
    public LockOptions withTtl(Duration ttl) {
        Ttl.check(ttl);
        Values values = values();
        values.ttl = ttl;
        return new LockOptions(values);
    }

    /**
     * Returns these options with another limit to the wait for a lock that is taken. Zero means one attempt. Unless
     * {@link #withMaxRetries} is set too, the number of retries is not limited.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is negative or above 365 days
     */
    @CheckReturnValue
    public LockOptions withTimeout(Duration timeout) {
        InvalidArgumentException.requireNonNull(timeout, "timeout");
        if (timeout.isNegative() || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
            throw LockException.invalidArgument(
                    "the timeout must be from zero (one attempt) to 365 days, not " + timeout);
        }
        Values values = values();
        values.timeout = timeout;
        return new LockOptions(values);
    }

    /**
     * Returns these options with another limit to the attempts that may follow the first one. Zero means one attempt. The timeout
     * applies as well, whether it was set or not.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is negative
     */
    @CheckReturnValue
    public LockOptions withMaxRetries(int maxRetries) {
        if (maxRetries < 0) {
            throw LockException.invalidArgument("maxRetries must be 0 (one attempt) or more, not " + maxRetries);
        }
        Values values = values();
        values.maxRetries = maxRetries;
        return new LockOptions(values);
    }

    /**
     * Returns these options with a heartbeat: the lock is renewed at a third of its ttl for as long as it is held (HLD-1). The ttl
     * then limits how long the key stays locked after its holder died, and not how long the work may take. If renewal fails for
     * too long, the lock is lost: see {@link LockHandle#lost()}. Choose a ttl of a few seconds at least, because a process or a
     * network that stalls for two thirds of the ttl costs the lock.
     *
     * <p>A handle that is forgotten keeps its lock until the guard is closed: close every handle.
     */
    @CheckReturnValue
    public LockOptions withHeartbeat() {
        return withHeartbeat(true);
    }

    /**
     * Returns these options without a heartbeat, also for {@link SyncGuard#asLock asLock} and
     * {@link SyncGuard#asReentrantLock asReentrantLock}, which have one by default.
     */
    @CheckReturnValue
    public LockOptions withoutHeartbeat() {
        return withHeartbeat(false);
    }

    private LockOptions withHeartbeat(boolean heartbeat) {
        Values values = values();
        values.heartbeat = heartbeat;
        return new LockOptions(values);
    }

    /**
     * Returns these options with a minimum hold: a lock that is released earlier stays locked until then, and up to a second
     * longer (HLD-8). It keeps a scheduled job from running again on another machine whose clock is a little behind.
     *
     * @param minHold at most the ttl, which is checked when the lock is acquired. If the holder dies, the lock stays for its ttl
     * @throws LockException {@code INVALID_ARGUMENT} if it is negative or above 365 days
     */
    @CheckReturnValue
    public LockOptions withMinHold(Duration minHold) {
        InvalidArgumentException.requireNonNull(minHold, "minHold");
        if (minHold.isNegative() || minHold.compareTo(LONGEST_TIMEOUT) > 0) {
            throw LockException.invalidArgument("the minimum hold must be from zero to 365 days, not " + minHold);
        }
        Values values = values();
        values.minHold = minHold;
        return new LockOptions(values);
    }

    /** Returns these options with another policy for a lock that is lost during the work. */
    @CheckReturnValue
    public LockOptions withLossPolicy(LossPolicy lossPolicy) {
        Values values = values();
        values.lossPolicy = InvalidArgumentException.requireNonNull(lossPolicy, "lossPolicy");
        return new LockOptions(values);
    }

    /**
     * Returns these options with a name for people, such as {@code charge-payment}. Messages, events and log lines show it beside
     * the key's fingerprint. Name the kind of work and not the single lock: every name may become a time series. A name says nothing
     * about which locks exclude each other; keys alone do.
     *
     * @param name 1 to 100 characters of {@code A-Z a-z 0-9 . _ : / -}
     * @throws LockException {@code INVALID_ARGUMENT} if it is anything else
     */
    @CheckReturnValue
    public LockOptions withName(String name) {
        InvalidArgumentException.requireNonNull(name, "name");
        if (name.isEmpty() || name.length() > LONGEST_NAME || !name.chars().allMatch(LockOptions::isForNames)) {
            throw LockException.invalidArgument(
                    "a lock's name must have 1 to " + LONGEST_NAME
                            + " characters of A-Z a-z 0-9 . _ : / - and no others; it names the kind of work, and is not the key");
        }
        Values values = values();
        values.name = name;
        return new LockOptions(values);
    }

    private static boolean isForNames(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "._:/-".indexOf(c) >= 0;
    }

    /** Returns how long the lock lives unless it is extended. */
    public Duration ttl() {
        return ttl;
    }

    /** Returns how long to wait for a lock that is taken: what was set, or 5 s. */
    public Duration timeout() {
        return timeout == null ? DEFAULT_TIMEOUT : timeout;
    }

    /**
     * Returns how many attempts may follow the first one: what was set, {@link Integer#MAX_VALUE} if only a timeout was set, or 10.
     */
    public int maxRetries() {
        if (maxRetries != null) {
            return maxRetries;
        }
        return timeout == null ? DEFAULT_RETRIES : Integer.MAX_VALUE;
    }

    /** Returns whether a heartbeat was asked for. */
    public boolean heartbeat() {
        return heartbeat != null && heartbeat;
    }

    /** Returns whether a heartbeat was asked for or ruled out. If not, each call decides for itself. */
    public boolean setsHeartbeat() {
        return heartbeat != null;
    }

    /** Returns how long the key stays locked at least. */
    public Duration minHold() {
        return minHold;
    }

    /** Returns what {@code run} and {@code call} do when the lock is lost during the work: what was set, or {@link LossPolicy#FAIL}. */
    public LossPolicy lossPolicy() {
        return lossPolicy == null ? LossPolicy.FAIL : lossPolicy;
    }

    /** Returns the name for people; empty if none was set. */
    public Optional<String> name() {
        return Optional.ofNullable(name);
    }

    /** Returns whether a timeout or a number of retries was set, which calls that do not wait refuse. */
    public boolean limitsWait() {
        return timeout != null || maxRetries != null;
    }

    /** Returns whether a loss policy was set, which calls that do no work refuse. */
    public boolean setsLossPolicy() {
        return lossPolicy != null;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LockOptions that
                && ttl.equals(that.ttl)
                && Objects.equals(timeout, that.timeout)
                && Objects.equals(maxRetries, that.maxRetries)
                && Objects.equals(heartbeat, that.heartbeat)
                && minHold.equals(that.minHold)
                && lossPolicy == that.lossPolicy
                && Objects.equals(name, that.name);
    }

    @Override
    public int hashCode() {
        return Objects.hash(ttl, timeout, maxRetries, heartbeat, minHold, lossPolicy, name);
    }

    /** Returns the options that were set, for messages. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("LockOptions[ttl=").append(ttl);
        append(text, "timeout", timeout);
        append(text, "maxRetries", maxRetries);
        append(text, "heartbeat", heartbeat);
        append(text, "minHold", minHold.isZero() ? null : minHold);
        append(text, "lossPolicy", lossPolicy);
        append(text, "name", name);
        return text.append(']').toString();
    }

    private static void append(StringBuilder text, String option, @Nullable Object value) {
        if (value != null) {
            text.append(", ").append(option).append('=').append(value);
        }
    }
}

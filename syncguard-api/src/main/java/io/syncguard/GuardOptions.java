package io.syncguard;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** How a {@link SyncGuard} behaves as a whole. Immutable and thread-safe; each {@code with…} method returns a copy. */
public final class GuardOptions {
    private static final Duration LONGEST_CLOSE = Duration.ofHours(1);
    private static final int LONGEST_HOLDER = 128;
    private static final GuardOptions DEFAULTS =
            new GuardOptions(LockListener.LOGGING, List.of(), Duration.ofSeconds(5), null, false, null);

    private final LockListener listener;
    private final List<LockObserver> observers;
    private final Duration closeTimeout;
    private final @Nullable Executor executor;
    private final boolean showingKeys;
    private final @Nullable String holder;

    private GuardOptions(
            LockListener listener,
            List<LockObserver> observers,
            Duration closeTimeout,
            @Nullable Executor executor,
            boolean showingKeys,
            @Nullable String holder) {
        this.listener = listener;
        this.observers = observers;
        this.closeTimeout = closeTimeout;
        this.executor = executor;
        this.showingKeys = showingKeys;
        this.holder = holder;
    }

    /** Returns options with a listener that logs what must not go unseen, no observers, 5 seconds for closing, and no executor. */
    public static GuardOptions defaults() {
        return DEFAULTS;
    }

    /** Returns these options with another listener. */
    @CheckReturnValue
    public GuardOptions withListener(LockListener listener) {
        return new GuardOptions(
                InvalidArgumentException.requireNonNull(listener, "listener"),
                observers,
                closeTimeout,
                executor,
                showingKeys,
                holder);
    }

    /**
     * Returns these options with one more observer, which sees operations and held locks begin and end as they happen. Observers are
     * called in the order in which they were added.
     */
    @CheckReturnValue
    public GuardOptions withObserver(LockObserver observer) {
        List<LockObserver> all = new ArrayList<>(observers);
        all.add(InvalidArgumentException.requireNonNull(observer, "observer"));
        return new GuardOptions(listener, List.copyOf(all), closeTimeout, executor, showingKeys, holder);
    }

    /**
     * Returns these options with another limit to closing: how long {@link SyncGuard#close()} may take to release the locks that are
     * still held.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is negative or above 1 hour
     */
    @CheckReturnValue
    public GuardOptions withCloseTimeout(Duration closeTimeout) {
        InvalidArgumentException.requireNonNull(closeTimeout, "closeTimeout");
        if (closeTimeout.isNegative() || closeTimeout.compareTo(LONGEST_CLOSE) > 0) {
            throw LockException.invalidArgument("the close timeout must be from zero to 1 hour, not " + closeTimeout);
        }
        return new GuardOptions(listener, observers, closeTimeout, executor, showingKeys, holder);
    }

    /**
     * Returns these options with an executor for the application's code: the dependent stages of every future of
     * {@link AsyncGuard} and {@link AsyncHeldLock}, and callbacks for a loss. Without one, stages run on the thread that reads
     * the server's answer or on a thread of the guard's, and callbacks on threads of the guard's, which are daemons that come and
     * go with the need.
     *
     * <p>The guard's own work, renewal and deadlines included, does not depend on this executor. A task that it refuses runs on
     * a thread of the guard's. The guard does not shut it down.
     */
    @CheckReturnValue
    public GuardOptions withExecutor(Executor executor) {
        return new GuardOptions(
                listener,
                observers,
                closeTimeout,
                InvalidArgumentException.requireNonNull(executor, "executor"),
                showingKeys,
                holder);
    }

    /**
     * Returns these options with raw keys in what a listener receives, and so in log lines: see {@link LockLabel#key()}. For teams
     * whose keys have no personal data in them. Messages of exceptions never have raw keys, and nothing has raw lock ids (KEY-8).
     */
    @CheckReturnValue
    public GuardOptions withKeysShown() {
        return new GuardOptions(listener, observers, closeTimeout, executor, true, holder);
    }

    /**
     * Returns these options with a label for the holder of this guard's locks, such as {@code "billing-7f9c:4711"} or a pod's name. It is
     * stored with each lock, and told by lookups and lists (HLR-1): {@link LockInfo#holder()}. A caller that
     * fails to acquire a lock does not learn the label of its holder. None by default.
     *
     * <p>The label belongs to the backend: guards that share one have the same label.
     *
     * @param label from 1 to 128 characters, none of which is a control character or an unpaired surrogate
     * @throws LockException {@code INVALID_ARGUMENT} if it is anything else. Creating a guard with it throws that too, if the backend does not
     *     store labels, or has another one
     */
    @CheckReturnValue
    public GuardOptions withHolder(String label) {
        InvalidArgumentException.requireNonNull(label, "label");
        boolean fits = !label.isEmpty() && label.length() <= LONGEST_HOLDER;
        if (!fits || UnpairedSurrogate.indexIn(label) >= 0 || label.chars().anyMatch(Character::isISOControl)) {
            throw LockException.invalidArgument("a holder's label must have 1 to " + LONGEST_HOLDER
                    + " characters, none of which is a control character or an unpaired surrogate");
        }
        return new GuardOptions(listener, observers, closeTimeout, executor, showingKeys, label);
    }

    /** Returns what is told of operations and losses. */
    public LockListener listener() {
        return listener;
    }

    /** Returns the observers in the order in which they are called; empty if there are none. */
    public List<LockObserver> observers() {
        return observers;
    }

    /** Returns how long closing may take to release the locks that are still held. */
    public Duration closeTimeout() {
        return closeTimeout;
    }

    /** Returns what runs the application's code; empty if that runs on threads of the guard's. */
    public Optional<Executor> executor() {
        return Optional.ofNullable(executor);
    }

    /** Returns whether listeners and log lines receive raw keys. */
    public boolean showsKeys() {
        return showingKeys;
    }

    /** Returns what locks say of their holder; empty if they say nothing. */
    public Optional<String> holder() {
        return Optional.ofNullable(holder);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof GuardOptions that
                && listener.equals(that.listener)
                && observers.equals(that.observers)
                && closeTimeout.equals(that.closeTimeout)
                && Objects.equals(executor, that.executor)
                && showingKeys == that.showingKeys
                && Objects.equals(holder, that.holder);
    }

    @Override
    public int hashCode() {
        return Objects.hash(listener, observers, closeTimeout, executor, showingKeys, holder);
    }

    @Override
    public String toString() {
        return "GuardOptions[listener=" + listener + ", observers=" + observers
                + ", closeTimeout=" + closeTimeout + ", executor="
                + (executor == null ? "none" : executor) + ", showsKeys=" + showingKeys + ", holder="
                + (holder == null ? "none" : holder) + "]";
    }
}

package io.syncguard.shedlock;

import io.syncguard.CheckReturnValue;
import io.syncguard.InvalidArgumentException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import java.util.Optional;
import net.javacrumbs.shedlock.core.ExtensibleLockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.support.LockException;
import org.jspecify.annotations.Nullable;

/**
 * ShedLock's {@code LockProvider} on a {@link SyncGuard}, with locks that can be extended. Immutable and thread-safe; each
 * {@code with…} method returns a copy. It keeps nothing and needs no closing. The guard does, and whoever made it closes it.
 *
 * <pre>{@code
 * @Bean
 * LockProvider lockProvider(SyncGuard guard) {
 *     return new SyncGuardLockProvider(guard).withKeyPrefix("jobs");
 * }
 * }</pre>
 *
 * <p><b>lockAtMostFor</b> is the ttl: a whole number of milliseconds from 1 ms to 365 days; what is below a millisecond is cut off. It is
 * counted from the acquisition, by the server's clock, and not from {@code LockConfiguration.createdAt}. A task is protected for all
 * of that time. The key of a task that died is free a second after it, because SyncGuard keeps a tolerance of one second for its holders
 * (TIME-3). If the next run must not be missed after a crash, let {@code lockAtMostFor} end a second before it is due.
 *
 * <p><b>lockAtLeastFor</b> is the minimum hold (HLD-8). The key is free at its end if more than a second of it was left when the task
 * ended. If less was left, the key is free a second after the end of the task. So a {@code lockAtLeastFor} of 100 ms keeps the key of a
 * short task for a second.
 *
 * <p><b>Heartbeat.</b> {@link #withHeartbeat()} renews locks for as long as their tasks run. It does what ShedLock's
 * {@code KeepAliveLockProvider} does, and goes on when a renewal fails. That provider works on this one too, without a heartbeat; its
 * renewal ends with the first failure.
 *
 * <p><b>Lost locks.</b> A task that outlasts {@code lockAtMostFor} is not told. {@code unlock()} does nothing then, and never releases the
 * lock of another holder. The guard's listener hears of it, and by default logs a line.
 */
public final class SyncGuardLockProvider implements ExtensibleLockProvider {
    private final SyncGuard guard;
    private final @Nullable String keyPrefix;
    private final boolean heartbeat;

    /** Creates a provider whose locks have the names of tasks as keys, and no heartbeat. Does not ask the server. */
    public SyncGuardLockProvider(SyncGuard guard) {
        this(InvalidArgumentException.requireNonNull(guard, "guard"), null, false);
    }

    private SyncGuardLockProvider(SyncGuard guard, @Nullable String keyPrefix, boolean heartbeat) {
        this.guard = guard;
        this.keyPrefix = keyPrefix;
        this.heartbeat = heartbeat;
    }

    /**
     * Returns this provider with another prefix: the key of a task is the prefix, a colon and the name of its lock. It keeps the locks of
     * tasks apart from other locks of the same guard.
     *
     * @throws IllegalArgumentException if it is blank
     */
    @CheckReturnValue
    public SyncGuardLockProvider withKeyPrefix(String keyPrefix) {
        if (keyPrefix == null || keyPrefix.isBlank()) {
            throw new IllegalArgumentException(
                    "the key prefix of SyncGuardLockProvider is blank; leave withKeyPrefix out to have"
                            + " the names of locks as keys");
        }
        return new SyncGuardLockProvider(guard, keyPrefix, heartbeat);
    }

    /**
     * Returns this provider with a heartbeat: a lock is renewed at a third of {@code lockAtMostFor} for as long as its task runs (HLD-1).
     * {@code lockAtMostFor} then says how long the key stays locked after the process died. Choose ten seconds or more, because a pause
     * of two thirds of it costs the lock.
     */
    @CheckReturnValue
    public SyncGuardLockProvider withHeartbeat() {
        return new SyncGuardLockProvider(guard, keyPrefix, true);
    }

    /**
     * Tries once to acquire a lock. Blocks for one round trip, and does not wait for another holder.
     *
     * @return the lock; empty if another holder has it
     * @throws IllegalArgumentException if {@code lockAtMostFor} is no ttl or the name is no key (KEY-1), before any I/O
     * @throws LockException of ShedLock if the system failed, the thread was interrupted, whose flag is set then, or the guard is closed.
     *     The task does not run. The cause is SyncGuard's exception. No lock is held: what may have been acquired is freed in the
     *     background (ACQ-4)
     */
    @Override
    public Optional<SimpleLock> lock(LockConfiguration configuration) {
        String name = configuration.getName();
        try {
            return guard.tryAcquire(key(name), options(configuration))
                    .map(lock -> new HeldTaskLock(lock, configuration));
        } catch (InvalidArgumentException e) {
            throw new IllegalArgumentException(
                    "the lock '" + name
                            + "' of ShedLock has a name, a lockAtMostFor or a lockAtLeastFor that SyncGuard refuses: "
                            + e.getMessage(),
                    e);
        } catch (io.syncguard.LockException e) {
            throw new LockException("the lock '" + name + "' could not be acquired: " + e.getMessage(), e);
        }
    }

    private String key(String name) {
        return keyPrefix == null ? name : keyPrefix + ":" + name;
    }

    private LockOptions options(LockConfiguration configuration) {
        TaskTimes times = TaskTimes.of(configuration);
        LockOptions options = LockOptions.defaults().withTtl(times.ttl()).withMinHold(times.minHold());
        return heartbeat ? options.withHeartbeat() : options;
    }
}

package io.syncguard.spring.integration;

import io.syncguard.InvalidArgumentException;
import io.syncguard.LockException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.integration.support.locks.DistributedLock;
import org.springframework.integration.support.locks.ExpirableLockRegistry;
import org.springframework.integration.support.locks.RenewableLockRegistry;
import org.springframework.scheduling.TaskScheduler;

/**
 * Spring Integration's {@code LockRegistry} on a {@link SyncGuard}: for aggregators, leader elections and whatever else takes one. Its
 * locks are reentrant (HLD-12). Thread-safe. It needs no closing. The guard does, and whoever made it closes it.
 *
 * <pre>{@code
 * @Bean
 * LockRegistry<?> lockRegistry(SyncGuard guard) {
 *     return new SyncGuardLockRegistry(guard, "orders");
 * }
 * }</pre>
 *
 * <p><b>Time.</b> A lock lives for the ttl of the options, 30 s unless set, and is renewed for as long as it is held, unless the options
 * are {@linkplain LockOptions#withoutHeartbeat without a heartbeat}. If its process dies, the key is free a ttl and one second after the
 * last renewal. {@code lock(ttl)} and {@code tryLock(waitTime, ttl)} set another ttl. If the thread has the lock already, they extend it
 * where it would end earlier.
 *
 * <p><b>Identity.</b> Equal keys have the same lock object for as long as anybody refers to it. Then it is forgotten, locked or not: what a
 * thread has locked is noted with the guard, so that another object for the key goes on with it. Registries with the same guard and
 * registry key share their locks, down to the thread that may lock again.
 *
 * <p><b>Errors</b> are those of Spring Integration's own registries:
 *
 * <ul>
 *   <li>{@code lock()} and its likes throw {@code CannotAcquireLockException} if the system failed, or if the thread locks again what
 *       was lost meanwhile. The cause is SyncGuard's {@link LockException}.
 *   <li>{@code unlock()} throws {@link java.util.ConcurrentModificationException} if the lock had ended before, so that another holder
 *       may have had it. The thread has nothing locked then. It throws {@link IllegalStateException} on a thread that has not
 *       locked it. A release that fails is repeated in the background and throws nothing.
 * </ul>
 *
 * <p>Waiting threads are woken by a release, and served in the order they came. {@code lock()} waits without limit.
 */
public final class SyncGuardLockRegistry
        implements RenewableLockRegistry<DistributedLock>, ExpirableLockRegistry<DistributedLock> {
    private final SyncGuard guard;
    private final @Nullable String registryKey;
    private final LockOptions options;
    private final WeakLocks locks = new WeakLocks();

    /** Creates a registry whose keys are those of the guard. Does not ask the server. */
    public SyncGuardLockRegistry(SyncGuard guard) {
        this(guard, LockOptions.defaults());
    }

    /**
     * Creates a registry whose keys are those of the guard. Does not ask the server.
     *
     * @param options without a timeout, a number of retries and a loss policy, which locks would ignore
     * @throws LockException {@code INVALID_ARGUMENT} if the options do not go together
     */
    public SyncGuardLockRegistry(SyncGuard guard, LockOptions options) {
        this(guard, options, null);
    }

    /**
     * Creates a registry. Does not ask the server.
     *
     * @param registryKey what the keys begin with: {@code orders} makes {@code orders:42} of {@code 42}
     * @throws IllegalArgumentException if the registry key is blank
     */
    public SyncGuardLockRegistry(SyncGuard guard, String registryKey) {
        this(guard, registryKey, LockOptions.defaults());
    }

    /**
     * Creates a registry. Does not ask the server.
     *
     * @param registryKey what the keys begin with: {@code orders} makes {@code orders:42} of {@code 42}
     * @param options without a timeout, a number of retries and a loss policy, which locks would ignore
     * @throws IllegalArgumentException if the registry key is blank
     * @throws LockException {@code INVALID_ARGUMENT} if the options do not go together
     */
    public SyncGuardLockRegistry(SyncGuard guard, String registryKey, LockOptions options) {
        this(guard, options, checked(registryKey));
    }

    private SyncGuardLockRegistry(SyncGuard guard, LockOptions options, @Nullable String registryKey) {
        this.guard = InvalidArgumentException.requireNonNull(guard, "guard");
        this.registryKey = registryKey;
        this.options = InvalidArgumentException.requireNonNull(options, "options");
        // Options that make no sense fail here, and not with the first message.
        var unused = guard.asReentrantLock("options", options);
    }

    private static String checked(String registryKey) {
        if (registryKey == null || registryKey.isBlank()) {
            throw new IllegalArgumentException(
                    "the registry key of SyncGuardLockRegistry is blank; leave it out to have the keys of"
                            + " the guard");
        }
        return registryKey;
    }

    /**
     * Returns the lock of a key. Does not ask the server.
     *
     * @param lockKey a {@code String}
     * @throws IllegalArgumentException if it is anything else, or empty
     */
    @Override
    public ReentrantDistributedLock obtain(Object lockKey) {
        if (!(lockKey instanceof String name) || name.isEmpty()) {
            throw new IllegalArgumentException("a lock's key must be a String that is not empty, not "
                    + (lockKey == null ? "null" : "a " + lockKey.getClass().getName()));
        }
        return locks.get(name, this::lock);
    }

    private RegistryLock lock(String name) {
        return new RegistryLock(guard, registryKey == null ? name : registryKey + ":" + name, options);
    }

    /** Renews with the ttl of the options. See {@link #renewLock(Object, Duration)}. */
    @Override
    public void renewLock(Object lockKey) {
        renewLock(lockKey, options.ttl());
    }

    /**
     * Sets the remaining life of a lock that the calling thread has locked. Blocks for one round trip. A heartbeat goes on with this ttl.
     *
     * @throws IllegalStateException if the thread has not locked it, or the lock is lost
     * @throws LockException if the system failed, or the ttl is none; the lock is as it was then, or ends earlier
     */
    @Override
    public void renewLock(Object lockKey, Duration ttl) {
        ReentrantDistributedLock lock = obtain(lockKey);
        if (!lock.isHeldByCurrentThread()) {
            throw new IllegalStateException(lock + " cannot be renewed, because the calling thread has not locked it");
        }
        if (!lock.heldLock().extend(ttl)) {
            throw new IllegalStateException(
                    lock + " cannot be renewed, because it is lost: another holder may have it");
        }
    }

    /**
     * Checks that locks are renewed, and otherwise does nothing: the guard renews them by its own timer, which goes on when a renewal fails.
     *
     * @throws IllegalStateException if the options are without a heartbeat, because the scheduler would then do nothing
     */
    @Override
    public void setRenewalTaskScheduler(TaskScheduler renewalTaskScheduler) {
        if (options.setsHeartbeat() && !options.heartbeat()) {
            throw new IllegalStateException(
                    "the locks of this SyncGuardLockRegistry are not renewed, because its LockOptions are"
                            + " withoutHeartbeat(): leave that out, and no scheduler is needed");
        }
    }

    /** Does nothing: locks that nobody refers to are forgotten by themselves, and cost nothing on the server. */
    @Override
    public void expireUnusedOlderThan(long age) {
        locks.forgetUnused();
    }

    /** Returns how many lock objects are known. */
    int size() {
        return locks.size();
    }

    @Override
    public String toString() {
        return "SyncGuardLockRegistry[registryKey=" + registryKey + ", options=" + options + "]";
    }
}

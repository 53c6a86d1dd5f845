package io.syncguard.shedlock;

import io.syncguard.HeldLock;
import io.syncguard.InvalidArgumentException;
import java.util.Optional;
import net.javacrumbs.shedlock.core.AbstractSimpleLock;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.support.LockException;

/** The lock of a task while it is held. An extension makes another of the same held lock. Not thread-safe, as ShedLock's are not. */
final class HeldTaskLock extends AbstractSimpleLock {
    private final HeldLock lock;

    HeldTaskLock(HeldLock lock, LockConfiguration configuration) {
        super(configuration);
        this.lock = lock;
    }

    /** Releases the lock, or leaves it until {@code lockAtLeastFor} is over. Never hides the outcome of the task. */
    @Override
    protected void doUnlock() {
        lock.close();
    }

    @Override
    protected Optional<SimpleLock> doExtend(LockConfiguration configuration) {
        TaskTimes times = TaskTimes.of(configuration);
        try {
            if (!lock.extend(times.ttl())) {
                return Optional.empty();
            }
            lock.holdAtLeast(times.minHold());
            return Optional.of(new HeldTaskLock(lock, configuration));
        } catch (InvalidArgumentException e) {
            throw new IllegalArgumentException(
                    "the lock '" + configuration.getName() + "' cannot be extended by such a lockAtMostFor: "
                            + e.getMessage(),
                    e);
        } catch (io.syncguard.LockException e) {
            throw new LockException(
                    "the lock '" + configuration.getName() + "' could not be extended: " + e.getMessage(), e);
        }
    }
}

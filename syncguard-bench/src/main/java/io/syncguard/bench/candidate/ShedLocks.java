package io.syncguard.bench.candidate;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import org.jspecify.annotations.Nullable;

/** A lock provider of ShedLock's. */
final class ShedLocks implements Client {
    static final String LACKS =
            "no fence, no lookup by id; the release is a plain DEL that does not check the owner unless it is told to;"
                    + " no caller can wait for a lock";

    private final LockProvider provider;
    private final Runnable closing;

    ShedLocks(LockProvider provider, Runnable closing) {
        this.provider = provider;
        this.closing = closing;
    }

    @Override
    public ContendedLock lock(String name) {
        return new ShedLock(provider, name);
    }

    @Override
    public void close() {
        closing.run();
    }

    private static final class ShedLock implements ContendedLock {
        private final LockProvider provider;
        private final String name;
        private @Nullable SimpleLock held;

        ShedLock(LockProvider provider, String name) {
            this.provider = provider;
            this.name = name;
        }

        /** Does not wait: ShedLock's callers skip what somebody else does. */
        @Override
        public boolean lock() {
            Optional<SimpleLock> taken =
                    provider.lock(new LockConfiguration(Instant.now(), name, Lease.TTL, Duration.ZERO));
            held = taken.orElse(null);
            return held != null;
        }

        @Override
        public void unlock() {
            Objects.requireNonNull(held, "not held").unlock();
        }
    }
}

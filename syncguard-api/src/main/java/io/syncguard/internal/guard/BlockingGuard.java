package io.syncguard.internal.guard;

import io.syncguard.AsyncGuard;
import io.syncguard.GuardOptions;
import io.syncguard.HeldLock;
import io.syncguard.LockId;
import io.syncguard.LockInfo;
import io.syncguard.LockKey;
import io.syncguard.LockOptions;
import io.syncguard.LockRecord;
import io.syncguard.LockedFunction;
import io.syncguard.LockedRunnable;
import io.syncguard.SyncGuard;
import io.syncguard.internal.acquire.BlockingAcquisition;
import io.syncguard.internal.call.BackendCall;
import io.syncguard.internal.lease.BlockingHeldLock;
import io.syncguard.spi.LockBackend;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The blocking view of a guard. Thread-safe. */
public final class BlockingGuard implements SyncGuard {
    private final OpenGuard open;
    private final AsyncGuard async;

    private BlockingGuard(OpenGuard open) {
        this.open = open;
        this.async = new FutureGuard(open);
    }

    /** Returns a guard on a backend. */
    public static BlockingGuard on(LockBackend backend, GuardOptions options) {
        return on(backend, options, System::currentTimeMillis);
    }

    /** Returns a guard on a backend, with another local wall clock than the system's. */
    public static BlockingGuard on(LockBackend backend, GuardOptions options, LongSupplier wallClock) {
        return new BlockingGuard(new OpenGuard(
                Objects.requireNonNull(backend, "backend"), Objects.requireNonNull(options, "options"), wallClock));
    }

    @Override
    public AsyncGuard async() {
        return async;
    }

    @Override
    public <X extends Throwable> void run(String key, LockOptions options, LockedRunnable<X> work) throws X {
        Objects.requireNonNull(work, "work");
        LockedWork.<Boolean, X>under(acquired(key, options), options.lossPolicy(), lock -> {
            work.run();
            return true;
        });
    }

    @Override
    public <R extends @Nullable Object, X extends Throwable> R call(
            String key, LockOptions options, LockedFunction<R, X> work) throws X {
        Objects.requireNonNull(work, "work");
        return LockedWork.under(acquired(key, options), options.lossPolicy(), work);
    }

    @Override
    public HeldLock acquire(String key, LockOptions options) {
        return acquired(key, options);
    }

    private BlockingAcquisition acquisition(String key, LockOptions options) {
        Objects.requireNonNull(options, "options");
        return new BlockingAcquisition(open.acquire(), LockKey.of(key), options);
    }

    private BlockingHeldLock acquired(String key, LockOptions options) {
        return acquisition(key, options).waiting();
    }

    @Override
    public Optional<HeldLock> tryAcquire(String key, LockOptions options) {
        return new BlockingAcquisition(open.acquire(), LockKey.of(key), options)
                .once()
                .map(lock -> lock);
    }

    @Override
    public Lock asLock(String key, LockOptions options) {
        return new LockView(open.acquire(), LockKey.of(key), options);
    }

    @Override
    public boolean isLocked(String key) {
        return open.backend().call(new BackendCall.IsLocked(LockKey.of(key)));
    }

    @Override
    public Optional<LockInfo> lookup(String key) {
        return lookupRaw(key).map(LockRecord::info);
    }

    @Override
    public Optional<LockInfo> lookup(LockId id) {
        return lookupRaw(id).map(LockRecord::info);
    }

    @Override
    public Optional<LockRecord> lookupRaw(String key) {
        return open.backend().call(new BackendCall.LookupByKey(LockKey.of(key)));
    }

    @Override
    public Optional<LockRecord> lookupRaw(LockId id) {
        return open.backend().call(new BackendCall.LookupById(Objects.requireNonNull(id, "id")));
    }

    @Override
    public boolean owns(LockId id) {
        return lookupRaw(id).isPresent();
    }

    /** Returns how many held locks are known, ones that have just expired included. */
    public int heldLocks() {
        return open.leases().registry().size();
    }

    @Override
    public void close() {
        open.close();
    }
}

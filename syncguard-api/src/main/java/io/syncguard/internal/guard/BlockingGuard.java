package io.syncguard.internal.guard;

import io.syncguard.AsyncGuard;
import io.syncguard.GuardOptions;
import io.syncguard.HeldLock;
import io.syncguard.InvalidArgumentException;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockInfo;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockOptions;
import io.syncguard.LockRecord;
import io.syncguard.LockedConsumer;
import io.syncguard.LockedFunction;
import io.syncguard.LockedRunnable;
import io.syncguard.ReentrantKeyLock;
import io.syncguard.SyncGuard;
import io.syncguard.internal.acquire.BlockingAcquisition;
import io.syncguard.internal.call.BackendCall;
import io.syncguard.internal.lease.BlockingHeldLock;
import io.syncguard.spi.LockBackend;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
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
        return new BlockingGuard(new OpenGuard(backend, options));
    }

    @Override
    public AsyncGuard async() {
        return async;
    }

    @Override
    public <X extends Throwable> void run(String key, LockOptions options, LockedConsumer<X> work) throws X {
        InvalidArgumentException.requireNonNull(work, "work");
        this.<Boolean, X>call(key, options, lock -> {
            work.accept(lock);
            return true;
        });
    }

    @Override
    public <X extends Throwable> void run(String key, LockOptions options, LockedRunnable<X> work) throws X {
        InvalidArgumentException.requireNonNull(work, "work");
        this.<Boolean, X>call(key, options, lock -> {
            work.run();
            return true;
        });
    }

    @Override
    public <R extends @Nullable Object, X extends Throwable> R call(
            String key, LockOptions options, LockedFunction<R, X> work) throws X {
        InvalidArgumentException.requireNonNull(work, "work");
        return working(acquisition(key, Accepts.WAIT_AND_WORK, options, "call").waiting(), options, work);
    }

    private <R extends @Nullable Object, X extends Throwable> R working(
            BlockingHeldLock lock, LockOptions options, LockedFunction<R, X> work) throws X {
        HeldByThread.Hold hold = open.heldByThread().add(lock, HeldByThread.Binding.WORK);
        try {
            return LockedWork.under(lock, options.lossPolicy(), work);
        } finally {
            open.heldByThread().remove(hold);
        }
    }

    @Override
    public <X extends Throwable> boolean tryRun(String key, LockOptions options, LockedConsumer<X> work) throws X {
        InvalidArgumentException.requireNonNull(work, "work");
        return this.<Boolean, X>tryWorking(key, options, "tryRun", lock -> {
                    work.accept(lock);
                    return true;
                })
                .isPresent();
    }

    @Override
    public <X extends Throwable> boolean tryRun(String key, LockOptions options, LockedRunnable<X> work) throws X {
        InvalidArgumentException.requireNonNull(work, "work");
        return this.<Boolean, X>tryWorking(key, options, "tryRun", lock -> {
                    work.run();
                    return true;
                })
                .isPresent();
    }

    @Override
    public <R, X extends Throwable> Optional<R> tryCall(String key, LockOptions options, LockedFunction<R, X> work)
            throws X {
        InvalidArgumentException.requireNonNull(work, "work");
        return tryWorking(key, options, "tryCall", work);
    }

    private <R, X extends Throwable> Optional<R> tryWorking(
            String key, LockOptions options, String call, LockedFunction<R, X> work) throws X {
        Optional<BlockingHeldLock> lock =
                acquisition(key, Accepts.TRY_AND_WORK, options, call).once();
        return lock.isEmpty() ? Optional.empty() : Optional.ofNullable(working(lock.get(), options, work));
    }

    @Override
    public HeldLock acquire(String key, LockOptions options) {
        return acquisition(key, Accepts.WAIT, options, "acquire").waiting();
    }

    @Override
    public Optional<HeldLock> tryAcquire(String key, LockOptions options) {
        return acquisition(key, Accepts.TRY, options, "tryAcquire").once().map(lock -> lock);
    }

    private BlockingAcquisition acquisition(String key, Accepts accepts, LockOptions options, String call) {
        LockKey checked = null;
        try {
            checked = LockKey.of(key);
            accepts.check(options, call);
            if (accepts.isWaiting()) {
                open.heldByThread().requireNot(checked);
            }
            return new BlockingAcquisition(open.acquire(), checked, options);
        } catch (LockException e) {
            throw open.refused(LockOperation.ACQUIRE, checked, e);
        }
    }

    @Override
    public Lock asLock(String key, LockOptions options) {
        return new LockView(viewed(key, options, "asLock"));
    }

    @Override
    public ReentrantKeyLock asReentrantLock(String key, LockOptions options) {
        return new ReentrantView(viewed(key, options, "asReentrantLock"));
    }

    private ViewAcquisition viewed(String key, LockOptions options, String call) {
        LockKey checked = LockKey.of(key);
        Accepts.VIEW.check(options, call);
        return new ViewAcquisition(open, checked, options.setsHeartbeat() ? options : options.withHeartbeat());
    }

    @Override
    public boolean isLocked(String key) {
        return open.backend().ask(new BackendCall.IsLocked(checked(LockOperation.IS_LOCKED, key)));
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
        return open.backend().ask(new BackendCall.LookupByKey(checked(LockOperation.LOOKUP, key)));
    }

    private LockKey checked(LockOperation operation, String key) {
        try {
            return LockKey.of(key);
        } catch (LockException e) {
            throw open.refused(operation, null, e);
        }
    }

    @Override
    public Optional<LockRecord> lookupRaw(LockId id) {
        try {
            InvalidArgumentException.requireNonNull(id, "id");
        } catch (LockException e) {
            throw open.refused(LockOperation.LOOKUP, null, e);
        }
        return open.backend().ask(new BackendCall.LookupById(id));
    }

    @Override
    public boolean owns(LockId id) {
        return lookupRaw(id).isPresent();
    }

    @Override
    public Duration ping() {
        return open.backend().ask(new BackendCall.Ping(open.clock()));
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

package io.syncguard.spring.boot;

import io.syncguard.AsyncGuard;
import io.syncguard.Backend;
import io.syncguard.GuardOptions;
import io.syncguard.HeldLock;
import io.syncguard.LockId;
import io.syncguard.LockInfo;
import io.syncguard.LockOptions;
import io.syncguard.LockRecord;
import io.syncguard.LockedConsumer;
import io.syncguard.LockedFunction;
import io.syncguard.LockedRunnable;
import io.syncguard.ReentrantKeyLock;
import io.syncguard.SyncGuard;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The guard of an application. It is opened again if the application context is stopped and started again, as by a pause of the test
 * framework or a checkpoint of the JVM; the connection that it uses may be another one then. Its asynchronous view goes on to work too. A view
 * as a {@code Lock}, and locks that were held, end with the stop. Thread-safe.
 */
final class RestartableGuard implements SyncGuard {
    private final BackendChoice.Place place;
    private final GuardOptions options;
    private final AsyncGuard async = new RestartableAsyncGuard(() -> current().async());

    /** Held while it is opened again. Others may lock a bean, so it is not the guard's own monitor. */
    private final ReentrantLock reopening = new ReentrantLock();

    private volatile Opened opened;
    private volatile boolean closed;

    private record Opened(Backend backend, SyncGuard guard) {}

    /** Opens a guard. */
    RestartableGuard(BackendChoice.Place place, GuardOptions options) {
        this.place = place;
        this.options = options;
        this.opened = open();
    }

    private Opened open() {
        Backend backend = place.open();
        try {
            // A backend may refuse the label of a holder, and nothing else of the options.
            String holder = options.holder().orElse("");
            return new Opened(
                    backend,
                    BackendOptions.refusing("syncguard.holder", holder, () -> SyncGuard.using(backend, options)));
        } catch (RuntimeException e) {
            backend.close();
            throw e;
        }
    }

    /** Opens it again if it is closed. */
    void reopen() {
        reopening.lock();
        try {
            if (closed) {
                opened = open();
                closed = false;
            }
        } finally {
            reopening.unlock();
        }
    }

    boolean isOpen() {
        return !closed;
    }

    /** Returns the backend that is used now. */
    Backend backend() {
        return opened.backend();
    }

    BackendChoice.Place place() {
        return place;
    }

    private SyncGuard current() {
        return opened.guard();
    }

    @Override
    public void close() {
        SyncGuard closing;
        reopening.lock();
        try {
            closed = true;
            closing = opened.guard();
        } finally {
            reopening.unlock();
        }
        closing.close();
    }

    @Override
    public AsyncGuard async() {
        return async;
    }

    @Override
    public <X extends Throwable> void run(String key, LockOptions options, LockedConsumer<X> work) throws X {
        current().run(key, options, work);
    }

    @Override
    public <X extends Throwable> void run(String key, LockOptions options, LockedRunnable<X> work) throws X {
        current().run(key, options, work);
    }

    @Override
    public <R extends @Nullable Object, X extends Throwable> R call(
            String key, LockOptions options, LockedFunction<R, X> work) throws X {
        return current().call(key, options, work);
    }

    @Override
    public <X extends Throwable> boolean tryRun(String key, LockOptions options, LockedRunnable<X> work) throws X {
        return current().tryRun(key, options, work);
    }

    @Override
    public <X extends Throwable> boolean tryRun(String key, LockOptions options, LockedConsumer<X> work) throws X {
        return current().tryRun(key, options, work);
    }

    @Override
    public <R, X extends Throwable> Optional<R> tryCall(String key, LockOptions options, LockedFunction<R, X> work)
            throws X {
        return current().tryCall(key, options, work);
    }

    @Override
    public HeldLock acquire(String key, LockOptions options) {
        return current().acquire(key, options);
    }

    @Override
    public Optional<HeldLock> tryAcquire(String key, LockOptions options) {
        return current().tryAcquire(key, options);
    }

    @Override
    public Lock asLock(String key, LockOptions options) {
        return current().asLock(key, options);
    }

    @Override
    public ReentrantKeyLock asReentrantLock(String key, LockOptions options) {
        return current().asReentrantLock(key, options);
    }

    @Override
    public Duration ping() {
        return current().ping();
    }

    @Override
    public boolean isLocked(String key) {
        return current().isLocked(key);
    }

    @Override
    public Optional<LockInfo> lookup(String key) {
        return current().lookup(key);
    }

    @Override
    public Optional<LockInfo> lookup(LockId id) {
        return current().lookup(id);
    }

    @Override
    public Optional<LockRecord> lookupRaw(String key) {
        return current().lookupRaw(key);
    }

    @Override
    public Optional<LockRecord> lookupRaw(LockId id) {
        return current().lookupRaw(id);
    }

    @Override
    public boolean owns(LockId id) {
        return current().owns(id);
    }

    @Override
    public String toString() {
        return current().toString();
    }
}

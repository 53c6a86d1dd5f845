package io.syncguard.internal.guard;

import io.syncguard.GuardOptions;
import io.syncguard.LockException;
import io.syncguard.LockKey;
import io.syncguard.LockListener;
import io.syncguard.LockOperation;
import io.syncguard.internal.acquire.AcquireServices;
import io.syncguard.internal.acquire.CloseGate;
import io.syncguard.internal.call.BackendCaller;
import io.syncguard.internal.lease.BeatSender;
import io.syncguard.internal.lease.LeaseRegistry;
import io.syncguard.internal.lease.LeaseServices;
import io.syncguard.internal.lease.LocalClocks;
import io.syncguard.internal.lease.OrphanReleaser;
import io.syncguard.internal.observe.EventDispatcher;
import io.syncguard.internal.observe.FenceExhaustionWarner;
import io.syncguard.internal.observe.LockSubject;
import io.syncguard.internal.observe.Observers;
import io.syncguard.internal.queue.LocalWaitQueues;
import io.syncguard.internal.threads.GuardThreads;
import io.syncguard.spi.DaemonThreads;
import io.syncguard.spi.GuardClock;
import io.syncguard.spi.LockBackend;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Everything that belongs to one guard, from its opening to its end. Thread-safe. */
final class OpenGuard {
    private static final Logger LOGGER = System.getLogger(OpenGuard.class.getName());

    private final LockBackend backend;
    private final GuardClock clock;
    private final Duration closeTimeout;
    private final EventDispatcher teller;
    private final LeaseServices leases;
    private final AcquireServices acquire;
    private final HeldByThread heldByThread = new HeldByThread();
    private final AtomicBoolean closed = new AtomicBoolean();

    OpenGuard(LockBackend backend, GuardOptions options) {
        this.backend = backend;
        this.clock = backend.clock();
        this.closeTimeout = options.closeTimeout();
        options.holder().ifPresent(backend::labelHolder);
        this.teller = new EventDispatcher(options.listener(), options.observers(), options.showsKeys());
        GuardThreads threads = new GuardThreads(options.executor().orElse(null), clock);
        Observers observers = new Observers(
                backend.capabilities().name(),
                options.listener() == LockListener.LOGGING ? null : teller,
                options.observers(),
                options.showsKeys(),
                clock,
                threads::observe);
        BackendCaller caller = new BackendCaller(backend, observers);
        this.leases = new LeaseServices(
                caller,
                threads,
                new OrphanReleaser(caller, threads),
                new LeaseRegistry(),
                new BeatSender(caller, threads),
                observers,
                teller,
                backend.capabilities().operationTimeout(),
                new LocalClocks(clock));
        this.acquire = new AcquireServices(
                leases,
                new CloseGate(),
                new FenceExhaustionWarner(),
                backend.wakeUps()
                        .map(wakeUps -> new LocalWaitQueues(wakeUps, threads))
                        .orElse(null));
        clock.addJumpListener(acquire.gate());
    }

    GuardClock clock() {
        return clock;
    }

    BackendCaller backend() {
        return leases.backend();
    }

    LeaseServices leases() {
        return leases;
    }

    AcquireServices acquire() {
        return acquire;
    }

    HeldByThread heldByThread() {
        return heldByThread;
    }

    /** Tells of a call that was refused before anything was sent, and returns why it was. */
    LockException refused(LockOperation operation, @Nullable LockKey key, LockException failure) {
        return leases.refused(
                operation,
                new LockSubject() {
                    @Override
                    public @Nullable LockKey key() {
                        return key;
                    }
                },
                failure);
    }

    /** Closes everything, once; on another thread if this one has to read what the server answers to that. Throws nothing. */
    void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        acquire.gate().close();
        leases.backend().refuseCallers();
        if (leases.backend().mayBlock()) {
            closeHere();
        } else {
            closeElsewhere();
        }
    }

    private void closeElsewhere() {
        try {
            DaemonThreads.unstarted("syncguard-closing", this::closeHere).start();
        } catch (OutOfMemoryError noThread) {
            closeHere();
        }
    }

    private void closeHere() {
        acquire.gate().awaitAttempts();
        clock.removeJumpListener(acquire.gate());
        int left = leases.registry().releaseAll(closeTimeout);
        if (left > 0) {
            LOGGER.log(
                    Level.WARNING,
                    "{0} locks could not be released on closing; their keys stay locked until they expire. Release locks before closing the guard, or"
                            + " raise the close timeout",
                    left);
        }
        leases.orphans().close();
        try {
            backend.close();
        } catch (RuntimeException | Error e) {
            LOGGER.log(Level.WARNING, "the backend threw an exception on closing, which is a defect of the backend", e);
        }
        leases.threads().close();
        teller.close();
    }
}

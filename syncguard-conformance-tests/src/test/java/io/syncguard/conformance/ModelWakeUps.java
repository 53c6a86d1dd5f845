package io.syncguard.conformance;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.Ttl;
import io.syncguard.conformance.ModelServer.Lock;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.WakeUps;
import io.syncguard.testsupport.Pause;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The model's way to call those that wait: whose attempt was in vain stands in a queue of the server's, and a release calls
 * the first of it. With faults of its own.
 */
final class ModelWakeUps implements WakeUps {
    private static final long HOLD_BACK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final ModelBackend backend;
    private final ModelServer server;
    private final Function<LockKey, String> names;
    private final @Nullable Fault fault;
    private volatile long calledElsewhereNanos = System.nanoTime() - HOLD_BACK_NANOS;
    private volatile boolean closed;
    private volatile boolean broadcasts;
    private @Nullable Thread lingering;

    ModelWakeUps(ModelBackend backend, ModelServer server, Function<LockKey, String> names, @Nullable Fault fault) {
        this.backend = backend;
        this.server = server;
        this.names = names;
        this.fault = fault;
    }

    private boolean has(Fault asked) {
        return fault == asked;
    }

    /** Has releases call everybody. */
    void broadcast() {
        broadcasts = true;
    }

    @Override
    public Level level() {
        boolean all = broadcasts || has(Fault.BROADCAST_CALLS_ONE) || (closed && has(Fault.LEVEL_CHANGES));
        return all ? Level.BROADCAST : Level.TURNS;
    }

    @Override
    public Place enter(LockKey key, Runnable wake) {
        if (closed && has(Fault.ENTER_FAILS_WHEN_CLOSED)) {
            throw LockException.failed(LockErrorCode.ABORTED, LockOperation.ACQUIRE, null, "closed", null);
        }
        if (has(Fault.WAITING_LEAVES_THREAD)) {
            leaveThread();
        }
        return new ModelPlace(key, wake);
    }

    private synchronized void leaveThread() {
        if (lingering == null) {
            Thread started = new Thread(ModelWakeUps::linger, "left-by-model");
            started.setDaemon(true);
            started.start();
            lingering = started;
        }
    }

    private static void linger() {
        try {
            TimeUnit.MINUTES.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Duration standAside(LockKey key) {
        if (has(Fault.STAND_ASIDE_WITHOUT_CAUSE)) {
            return Duration.ofMillis(1);
        }
        Duration holdBack = holdBack(key);
        return has(Fault.STAND_ASIDE_TOO_LONG) ? holdBack.multipliedBy(10) : holdBack.dividedBy(4);
    }

    @Override
    public Duration holdBack(LockKey key) {
        if (has(Fault.HOLD_BACK_WITHOUT_CAUSE)) {
            return Duration.ofMillis(5);
        }
        long leftNanos = calledElsewhereNanos + HOLD_BACK_NANOS - System.nanoTime();
        if (leftNanos <= 0 && !has(Fault.HOLD_BACK_NEGATIVE)) {
            return Duration.ZERO;
        }
        return Duration.ofNanos(leftNanos).multipliedBy(has(Fault.HOLD_BACK_HUGE) ? 10_000 : 1);
    }

    /** Called when a key has become free. */
    void released(String stored) {
        released(stored, false);
    }

    private void forgetRegistrations(String stored) {
        synchronized (server) {
            Deque<ModelPlace> queue = server.waiting.get(queueOf(stored));
            if (queue != null) {
                queue.removeIf(place -> place.registeredUntilMillis < server.now());
            }
        }
    }

    private void released(String stored, boolean passedOn) {
        if (has(Fault.NEVER_CALLS)) {
            return;
        }
        if (has(Fault.REGISTRATION_ENDS_WITH_FIRST_EXPIRY)) {
            forgetRegistrations(stored);
        }
        if (broadcasts || has(Fault.CALLS_EVERYBODY)) {
            if (!passedOn) {
                backend.calls().step(() -> everybody(stored)).forEach(place -> place.call(false));
            }
            return;
        }
        ModelPlace next =
                backend.calls().step(() -> Optional.ofNullable(next(stored))).orElse(null);
        if (next == null) {
            return;
        }
        if (!next.isOf(this)) {
            calledElsewhereNanos = System.nanoTime();
        }
        next.call(passedOn);
        if (next.isOfDead()) {
            next.standFirst();
            return;
        }
        boolean swallowed = has(Fault.LEFT_DURING_CALL_SWALLOWS_TURN)
                || has(Fault.SERVED_PLACE_SWALLOWS_TURN)
                || has(Fault.CLOSED_PLACE_SWALLOWS_TURN);
        if (next.isLeft() && !swallowed) {
            released(stored);
        }
    }

    private List<ModelPlace> everybody(String stored) {
        synchronized (server) {
            return server.waiting.getOrDefault(stored, new ArrayDeque<>()).stream()
                    .filter(ModelPlace::isOpen)
                    .toList();
        }
    }

    private boolean keepsDead() {
        return has(Fault.DEAD_WAITER_SWALLOWS_TURNS) || has(Fault.DEAD_WAITER_KEEPS_KEY);
    }

    /** Returns whether the first in the queue of a key is of a process that was killed, where that keeps others out. */
    boolean isKeptByDead(String stored) {
        synchronized (server) {
            Deque<ModelPlace> queue = server.waiting.get(queueOf(stored));
            ModelPlace first = queue == null ? null : queue.peekFirst();
            return has(Fault.DEAD_WAITER_KEEPS_KEY) && first != null && first.isOfDead();
        }
    }

    private String queueOf(String stored) {
        return has(Fault.ONE_QUEUE_FOR_ALL_KEYS) ? "all" : stored;
    }

    private @Nullable ModelPlace next(String stored) {
        synchronized (server) {
            Deque<ModelPlace> queue = server.waiting.getOrDefault(queueOf(stored), new ArrayDeque<>());
            if (!has(Fault.CLOSED_BACKEND_SWALLOWS_TURN)) {
                queue.removeIf(place -> !place.isOpen());
            }
            if (has(Fault.CALLS_NOBODY_ELSEWHERE)) {
                queue.removeIf(place -> !place.isOf(this));
            }
            if (has(Fault.CALLS_NOBODY_HERE)) {
                queue.removeIf(place -> place.isOf(this));
            }
            return has(Fault.CALLS_THE_LAST) ? queue.pollLast() : queue.pollFirst();
        }
    }

    void close() {
        closed = true;
    }

    /** A place, which stands in the queue from an attempt in vain until it is called, served or closed. */
    final class ModelPlace implements Place {
        private final LockKey key;
        private final String stored;
        private final Runnable wake;
        private boolean called;
        /** For a fault: when the lock ends that it found. */
        private long registeredUntilMillis;

        private boolean calledBefore;
        private boolean left;
        private boolean gotPassedOn;

        ModelPlace(LockKey key, Runnable wake) {
            this.key = key;
            this.stored = names.apply(key);
            this.wake = wake;
        }

        boolean isOf(ModelWakeUps wakeUps) {
            return wakeUps == ModelWakeUps.this;
        }

        boolean isOpen() {
            boolean deaf = (has(Fault.CUT_ENDS_LISTENING) && backend.calls().wasCut())
                    || (has(Fault.RESTART_ENDS_LISTENING) && backend.calls().wasDown())
                    || (backend.isDead() && !keepsDead());
            return !closed && !deaf;
        }

        boolean isOfDead() {
            return backend.isDead();
        }

        void standFirst() {
            synchronized (server) {
                queue().addFirst(this);
            }
        }

        boolean isLeft() {
            synchronized (server) {
                return left;
            }
        }

        void call(boolean passedOn) {
            synchronized (server) {
                if (left && !has(Fault.CLOSED_PLACE_IS_CALLED)) {
                    return;
                }
                called = true;
                calledBefore = true;
                gotPassedOn = passedOn;
            }
            try {
                wake.run();
            } catch (RuntimeException e) {
                if (has(Fault.FAILED_CALL_FAILS_THE_RELEASE)) {
                    throw e;
                }
            }
        }

        @Override
        public AcquireResult acquire(LockId id, Ttl ttl, Duration waited) {
            backend.checkInPlace(key);
            AcquireResult result = backend.calls().answer(LockOperation.ACQUIRE, true, () -> attempt(id, ttl));
            if (server.lateMillis > 0 && result instanceof Acquired) {
                Pause.millis(server.lateMillis);
                everybody(stored).forEach(place -> place.call(true));
            }
            return result;
        }

        private AcquireResult attempt(LockId id, Ttl ttl) {
            if (has(Fault.JOINS_AFTER_ANSWER)) {
                AcquireResult result = backend.calls().step(() -> acquireInPlace(id, ttl));
                return backend.calls().step(() -> heededAtOnce(result));
            }
            return backend.calls().step(() -> attemptAtOnce(id, ttl));
        }

        private AcquireResult acquireInPlace(LockId id, Ttl ttl) {
            synchronized (server) {
                return backend.acquireInPlace(key, id, ttl);
            }
        }

        private AcquireResult heededAtOnce(AcquireResult result) {
            synchronized (server) {
                return heeded(result);
            }
        }

        private AcquireResult attemptAtOnce(LockId id, Ttl ttl) {
            synchronized (server) {
                return heeded(backend.acquireInPlace(key, id, ttl));
            }
        }

        private AcquireResult heeded(AcquireResult result) {
            called = false;
            boolean again = !calledBefore || !has(Fault.CALLS_ONCE);
            if (result instanceof Acquired) {
                leaveQueue(has(Fault.SERVED_PLACE_SWALLOWS_TURN));
            } else if (again && !queue().contains(this)) {
                queue().addLast(this);
                registeredUntilMillis = endOf(stored);
            } else if (has(Fault.RANK_BY_LAST_ATTEMPT)) {
                queue().remove(this);
                queue().addLast(this);
            }
            return result;
        }

        private long endOf(String stored) {
            Lock lock = server.locks.get(stored);
            return lock == null ? server.now() : lock.expiresAt() + 1000;
        }

        private Deque<ModelPlace> queue() {
            return server.waiting.computeIfAbsent(queueOf(stored), unused -> new ArrayDeque<>());
        }

        private void leaveQueue(boolean staying) {
            queue().remove(this);
            if (staying) {
                queue().addFirst(this);
            }
        }

        @Override
        public CompletableFuture<AcquireResult> acquireAsync(LockId id, Ttl ttl, Duration waited) {
            return has(Fault.PLACE_NEVER_ANSWERS_ASYNC)
                    ? new CompletableFuture<>()
                    : backend.async().start(LockOperation.ACQUIRE, () -> acquire(id, ttl, waited));
        }

        @Override
        public void close() {
            if (has(Fault.LEFT_INTERRUPTED_KEEPS_PLACE)
                    && Thread.currentThread().isInterrupted()) {
                return;
            }
            if (has(Fault.LEAVING_TAKES_INTERRUPT)) {
                Thread.interrupted();
            }
            boolean owed;
            synchronized (server) {
                if (left && has(Fault.PLACE_CLOSES_ONCE)) {
                    throw new IllegalStateException("closed already");
                }
                left = true;
                owed = called && !closed;
                called = false;
                boolean stays = has(Fault.CLOSED_PLACE_SWALLOWS_TURN)
                        || has(Fault.CLOSED_PLACE_IS_CALLED)
                        || has(Fault.SERVED_PLACE_SWALLOWS_TURN);
                if (has(Fault.LEAVING_LATER_REMOVES_NEXT_PLACE)) {
                    leaveLater();
                } else if (!stays) {
                    leaveQueue(false);
                }
                owed &= !(gotPassedOn && has(Fault.TURN_PASSED_ON_ONCE));
            }
            if (owed && !has(Fault.CALLED_PLACE_KEEPS_TURN)) {
                released(stored, true);
            }
        }

        private void leaveLater() {
            Thread leaving = new Thread(
                    () -> {
                        synchronized (server) {
                            queue().removeIf(place -> place.isOf(ModelWakeUps.this));
                        }
                    },
                    "leaving-model");
            leaving.setDaemon(true);
            leaving.start();
        }
    }
}

package io.syncguard.redis.tests.history;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockHandle;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Takes and releases locks on a few keys, one at a time, in all the ways there are, and writes down what it asked and what it was
 * answered. Confined to one thread.
 */
final class HistoryActor {
    static final Duration TTL = Duration.ofSeconds(4);

    /** Longer than most holdings of others. */
    private static final Duration WAIT = Duration.ofMillis(200);

    private static final int MOST_RELEASES = 3;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final HistoryWriter history;
    private final String thread;
    private final SyncGuard guard;
    private final GuardView view;
    private final String keySpace;
    private final int keys;
    private final Duration operationTimeout;
    private String key = HistoryEvent.NOTHING;
    private int lock;

    HistoryActor(
            HistoryWriter history,
            String thread,
            SyncGuard guard,
            GuardView view,
            String keySpace,
            int keys,
            Duration operationTimeout) {
        this.history = history;
        this.thread = thread;
        this.guard = guard;
        this.view = view;
        this.keySpace = keySpace;
        this.keys = keys;
        this.operationTimeout = operationTimeout;
    }

    static String key(int index) {
        return "job-" + index;
    }

    /** Takes turns until it is told to stop. */
    void work(BooleanSupplier isOver) {
        while (!isOver.getAsBoolean()) {
            turn();
            pause(5, 20);
        }
    }

    private static void pause(int fromMillis, int toMillis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random(fromMillis, toMillis)));
    }

    private static int random(int from, int to) {
        return ThreadLocalRandom.current().nextInt(from, to);
    }

    private static boolean isDrawn(int percent) {
        return random(0, 100) < percent;
    }

    private void turn() {
        lock++;
        int index = random(0, keys);
        key = keySpace + "/" + key(index);
        boolean heartbeat = isDrawn(30);
        LockOptions options = LockOptions.defaults().withTtl(TTL);
        acquire(key(index), heartbeat ? options.withHeartbeat() : options).ifPresent(handle -> {
            noteLoss(handle, key, lock);
            boolean longer = isDrawn(8);
            hold(handle, TimeUnit.MILLISECONDS.toNanos(longer ? random(500, 2_500) : random(0, 30)));
            if (isDrawn(30)) {
                extend(handle);
                hold(handle, TimeUnit.MILLISECONDS.toNanos(random(0, 30)));
            }
            if (!heartbeat && isDrawn(2)) {
                // Walks away.
                hold(handle, Long.MAX_VALUE);
            } else {
                release(handle);
            }
        });
    }

    /** The loss may be told when this actor is at another lock already. */
    private void noteLoss(LockHandle handle, String lostKey, int lost) {
        handle.onLost(() -> history.write(thread, EventKind.LOST, lostKey, lost, 0, 0, HistoryEvent.NOTHING));
    }

    private Optional<? extends LockHandle> acquire(String name, LockOptions options) {
        boolean waits = isDrawn(50);
        ask(Operation.ACQUIRE, waits ? operationTimeout.plus(WAIT) : operationTimeout);
        Optional<? extends LockHandle> granted = answer(
                () -> waits
                        ? Optional.of(view.acquire(guard, name, options.withTimeout(WAIT)))
                        : view.tryAcquire(guard, name, options),
                Optional.empty());
        granted.ifPresent(handle -> {
            long now = System.nanoTime();
            history.write(
                    now,
                    thread,
                    EventKind.GRANTED,
                    key,
                    lock,
                    handle.fence().value(),
                    until(now, handle),
                    HistoryEvent.NOTHING);
        });
        return granted;
    }

    private static long until(long nowNanos, LockHandle handle) {
        return nowNanos + handle.remaining().toNanos();
    }

    /** Makes a call whose success the caller writes down; returns something else if it fails. */
    private <T> T answer(Supplier<T> call, T otherwise) {
        T result;
        try {
            result = call.get();
        } catch (LockException e) {
            EventKind kind = e.code() == LockErrorCode.ACQUISITION_TIMEOUT ? EventKind.REFUSED : EventKind.FAILED;
            history.write(thread, kind, key, lock, 0, 0, e.code().name());
            return otherwise;
        }
        if (result.equals(Optional.empty())) {
            write(EventKind.REFUSED);
        }
        return result;
    }

    /** Holds the lock for a while, or until it is certain no more. */
    private void hold(LockHandle handle, long nanos) {
        long begun = System.nanoTime();
        while (look(handle) && System.nanoTime() - begun < nanos) {
            LockSupport.parkNanos(Math.min(nanos, LOOK_NANOS));
        }
    }

    private boolean look(LockHandle handle) {
        long now = System.nanoTime();
        long until = until(now, handle);
        history.write(now, thread, EventKind.HELD, key, lock, 0, until, HistoryEvent.NOTHING);
        return until > now;
    }

    private void extend(LockHandle handle) {
        ask(Operation.EXTEND, operationTimeout);
        answer(() -> Optional.of(view.extend(handle, TTL)), Optional.<Boolean>empty())
                .ifPresent(found -> {
                    long now = System.nanoTime();
                    if (found) {
                        history.write(
                                now,
                                thread,
                                EventKind.EXTENDED,
                                key,
                                lock,
                                0,
                                until(now, handle),
                                HistoryEvent.NOTHING);
                    } else {
                        write(EventKind.GONE);
                    }
                });
    }

    private void release(LockHandle handle) {
        for (int attempt = 0; attempt < MOST_RELEASES; attempt++) {
            ask(Operation.RELEASE, operationTimeout);
            Optional<Boolean> answer = answer(() -> Optional.of(view.release(handle)), Optional.empty());
            if (answer.isPresent()) {
                write(answer.get() ? EventKind.RELEASED : EventKind.ABSENT);
                return;
            }
            pause(100, 200);
        }
    }

    private void ask(Operation operation, Duration limit) {
        history.write(thread, EventKind.ASKED, key, lock, limit.toNanos(), 0, operation.name());
    }

    private void write(EventKind kind) {
        history.write(thread, kind, key, lock, 0, 0, HistoryEvent.NOTHING);
    }
}

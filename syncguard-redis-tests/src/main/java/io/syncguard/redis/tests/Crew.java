package io.syncguard.redis.tests;

import io.syncguard.AsyncHeldLock;
import io.syncguard.HeldLock;
import io.syncguard.LockException;
import io.syncguard.LockOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** Who works a shift: threads that block, or futures. */
enum Crew {
    THREADS(6) {
        @Override
        void start(Shift shift, CountDownLatch gone) {
            Thread thread = new Thread(() -> {
                while (!shift.isOver()) {
                    work(shift);
                }
                gone.countDown();
            });
            thread.setDaemon(true);
            thread.start();
        }

        private void work(Shift shift) {
            try {
                shift.guard()
                        .tryAcquire(Shift.KEY, LockOptions.defaults().withTtl(Shift.TTL))
                        .ifPresent(lock -> hold(lock, shift));
            } catch (LockException e) {
                shift.failed(e);
            }
        }

        private void hold(HeldLock lock, Shift shift) {
            shift.enter(lock);
            try {
                if (!lock.extend(Shift.TTL)) {
                    shift.surprised("the lock was lost");
                }
            } finally {
                shift.leave();
                giveBack(lock, shift);
            }
        }

        /** A release of unknown outcome may be repeated (REL-2). */
        private void giveBack(HeldLock lock, Shift shift) {
            for (int attempt = 0; attempt < MOST_RELEASES; attempt++) {
                try {
                    lock.release();
                    return;
                } catch (LockException e) {
                    shift.failed(e);
                }
            }
            shift.surprised("a lock could not be given back");
        }
    },
    FUTURES(32) {
        @Override
        void start(Shift shift, CountDownLatch gone) {
            shift.guard()
                    .async()
                    .tryAcquire(Shift.KEY, LockOptions.defaults().withTtl(Shift.TTL))
                    .thenCompose(
                            lock -> lock.map(held -> hold(held, shift)).orElse(CompletableFuture.completedFuture(null)))
                    .whenCompleteAsync((done, failure) -> {
                        if (failure != null) {
                            shift.failed(failure);
                        }
                        if (shift.isOver()) {
                            gone.countDown();
                        } else {
                            start(shift, gone);
                        }
                    });
        }

        private CompletableFuture<Void> hold(AsyncHeldLock lock, Shift shift) {
            shift.enter(lock);
            return lock.extend(Shift.TTL)
                    .handle((lived, failure) -> {
                        if (failure != null) {
                            shift.failed(failure);
                        } else if (!lived) {
                            shift.surprised("the lock was lost");
                        }
                        shift.leave();
                        return lock;
                    })
                    .thenCompose(held -> giveBack(held, shift, 0));
        }

        private CompletableFuture<Void> giveBack(AsyncHeldLock lock, Shift shift, int attempt) {
            return lock.release().thenAccept(released -> {}).exceptionallyCompose(failure -> {
                shift.failed(failure);
                if (attempt == MOST_RELEASES) {
                    shift.surprised("a lock could not be given back");
                    return CompletableFuture.completedFuture(null);
                }
                return giveBack(lock, shift, attempt + 1);
            });
        }
    };

    private static final int MOST_RELEASES = 100;

    private final int size;

    Crew(int size) {
        this.size = size;
    }

    /** Puts everybody to work and returns what counts down to zero when, after the end of the shift, all have gone. */
    CountDownLatch start(Shift shift) {
        CountDownLatch gone = new CountDownLatch(size);
        for (int i = 0; i < size; i++) {
            start(shift, gone);
        }
        return gone;
    }

    abstract void start(Shift shift, CountDownLatch gone);
}

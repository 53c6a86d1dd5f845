package io.syncguard.bench.handoff;

import io.syncguard.bench.candidate.ContendedLock;
import io.syncguard.bench.candidate.Kinds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Takes the lock, is busy, gives it back, and so on. Confined to one thread. */
final class Contender {
    /** A candidate that fails at once must not turn the measurement into a loop of failures. */
    private static final long NANOS_AFTER_FAILURE = Duration.ofMillis(10).toNanos();

    private final int number;
    private final ContendedLock lock;
    private final Duration pause;
    private final List<Attempt> attempts = new ArrayList<>();
    private boolean failedBefore;

    /**
     * @param number who it is, from 0
     * @param pause how long to park after each section
     */
    Contender(int number, ContendedLock lock, Duration pause) {
        this.number = number;
        this.lock = lock;
        this.pause = pause;
    }

    /** Contends until the window ends, and returns all attempts, those before the window too, in their order. */
    List<Attempt> contend(Window window) throws InterruptedException {
        while (!window.isOver()) {
            Attempt attempt = attempt();
            attempts.add(attempt);
            if (attempt.outcome().failed()) {
                Window.await(System.nanoTime() + NANOS_AFTER_FAILURE);
            }
            if (!pause.isZero()) {
                Window.await(System.nanoTime() + pause.toNanos());
            }
        }
        return attempts;
    }

    private Attempt attempt() throws InterruptedException {
        long wanted = System.nanoTime();
        boolean acquired;
        try {
            acquired = lock.lock();
        } catch (Exception e) {
            long ended = System.nanoTime();
            complain(e);
            return new Attempt(number, Outcome.ACQUIRE_FAILED, wanted, ended, ended);
        }
        long ended = System.nanoTime();
        if (!acquired) {
            return new Attempt(number, Outcome.TIMED_OUT, wanted, ended, ended);
        }
        work(ended);
        long releasing = System.nanoTime();
        return new Attempt(number, unlock(), wanted, ended, releasing);
    }

    private static void work(long startedNanos) {
        while (System.nanoTime() - startedNanos < Terms.WORK.toNanos()) {
            Thread.onSpinWait();
        }
    }

    private Outcome unlock() throws InterruptedException {
        try {
            lock.unlock();
            return Outcome.SECTION;
        } catch (Exception e) {
            complain(e);
            return Outcome.RELEASE_FAILED;
        }
    }

    /** Says once what kind of failure it was; all are counted. Messages of others may name the lock, so not shown. */
    private void complain(Exception e) throws InterruptedException {
        if (e instanceof InterruptedException interrupted) {
            throw interrupted;
        }
        if (!failedBefore) {
            failedBefore = true;
            System.err.println("contender " + number + ": " + Kinds.of(e));
        }
    }
}

package io.syncguard.bench.jmh;

import io.syncguard.bench.candidate.ContendedLock;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.ThreadParams;

/** A thread that takes its own locks in turn and gives each back at once. */
@State(Scope.Thread)
public class PairCaller {
    private final List<ContendedLock> locks = new ArrayList<>();
    private int next;

    /** Prepares its locks. */
    @Setup(Level.Trial)
    public void prepare(Subject subject, ThreadParams thread) {
        locks.clear();
        for (int number = 0; number < KeyNames.OF_CALLER; number++) {
            locks.add(subject.client().lock(KeyNames.of(thread.getThreadIndex(), number)));
        }
    }

    void run() throws Exception {
        ContendedLock lock = locks.get(next);
        next = (next + 1) % KeyNames.OF_CALLER;
        long wanted = System.nanoTime();
        if (!lock.lock()) {
            throw new IllegalStateException("a lock that nobody else wants was taken");
        }
        long acquired = System.nanoTime();
        lock.unlock();
        long released = System.nanoTime();
        Latencies.ACQUIRES.record(acquired - wanted);
        Latencies.RELEASES.record(released - acquired);
        Latencies.OPERATIONS.record(released - wanted);
    }
}

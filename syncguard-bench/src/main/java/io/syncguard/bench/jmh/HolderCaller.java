package io.syncguard.bench.jmh;

import io.syncguard.bench.candidate.HeldOperations;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.ThreadParams;

/** A thread that holds a lock and does something with it over and over. */
@State(Scope.Thread)
public class HolderCaller {
    private @Nullable HeldOperations held;

    /** Takes the lock. */
    @Setup(Level.Trial)
    public void hold(Subject subject, ThreadParams thread) {
        held = subject.client()
                .operations(KeyNames.of(thread.getThreadIndex(), 0))
                .orElseThrow();
        held.hold();
    }

    /** Gives it back. */
    @TearDown(Level.Trial)
    public void release() {
        held().release();
    }

    void extend() {
        long started = System.nanoTime();
        held().extend();
        Latencies.OPERATIONS.record(System.nanoTime() - started);
    }

    void isLocked() {
        long started = System.nanoTime();
        require(held().isLocked());
        Latencies.OPERATIONS.record(System.nanoTime() - started);
    }

    void lookup() {
        long started = System.nanoTime();
        require(held().lookup());
        Latencies.OPERATIONS.record(System.nanoTime() - started);
    }

    private static void require(boolean found) {
        if (!found) {
            throw new IllegalStateException("a lock that is held was not found");
        }
    }

    private HeldOperations held() {
        return Objects.requireNonNull(held, "not held");
    }
}

package io.syncguard;

import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.BackendCapabilities;
import io.syncguard.spi.BackendTimeout;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.GuardClock;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.WakeUps;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A backend that answers what a test tells it to, and keeps a record of what it was asked. */
final class ScriptedBackend implements LockBackend {
    record Call(String operation, LockId id, long nanos) {}

    final List<Call> calls = new CallLog<>();
    final Deque<Supplier<AcquireResult>> acquires = new ArrayDeque<>();
    final Deque<Supplier<ReleaseResult>> releases = new ArrayDeque<>();
    final Deque<Supplier<ExtendResult>> extensions = new ArrayDeque<>();
    final Deque<Runnable> abandons = new ArrayDeque<>();

    /** The ttl of the last extension. */
    volatile Ttl lastTtl = new Ttl(1);

    private final ScriptedAsyncBackend async = new ScriptedAsyncBackend(this);

    /** How those that wait are woken; null if they are not. Set before a guard is made. */
    WakeUps wakeUps;

    /** The clock of guards. Set before a guard is made. */
    GuardClock clock = GuardClock.machine();

    /** The longest that an operation takes, as its capabilities say. Set before a guard is made. */
    Duration operationTimeout = BackendTimeout.OPERATION.byDefault();

    /** What is answered when the script is over. */
    Supplier<AcquireResult> otherwise = () -> acquired(1);

    /** What an extension is answered when the script is over. */
    volatile Supplier<ExtendResult> otherwiseExtend = () -> new ExtendResult.Extended(Instant.EPOCH);

    /** Answers the question whether a key is locked, and a ping. */
    volatile Supplier<Boolean> question = () -> false;

    static Acquired acquired(long fence) {
        return new Acquired(new FenceToken(fence), Instant.EPOCH);
    }

    static <T> Supplier<T> failing(LockErrorCode code, boolean outcomeUnknown) {
        return () -> {
            throw outcomeUnknown
                    ? LockException.outcomeUnknown(code, LockOperation.ACQUIRE, null, "scripted", null)
                    : LockException.failed(code, LockOperation.ACQUIRE, null, "scripted", null);
        };
    }

    long count(String operation) {
        return calls.stream().filter(call -> call.operation.equals(operation)).count();
    }

    long count(String operation, LockId id) {
        return calls.stream()
                .filter(call -> call.operation.equals(operation) && id.equals(call.id))
                .count();
    }

    private synchronized <T> T answer(String operation, LockId id, Deque<T> script, T otherwise) {
        calls.add(new Call(operation, id, System.nanoTime()));
        T next = script.poll();
        return next == null ? otherwise : next;
    }

    @Override
    public BackendCapabilities capabilities() {
        return new BackendCapabilities("scripted", false, operationTimeout);
    }

    @Override
    public AcquireResult acquire(LockKey key, LockId id, Ttl ttl) {
        return answer("acquire", id, acquires, otherwise).get();
    }

    @Override
    public ReleaseResult release(LockId id) {
        return answer("release", id, releases, () -> ReleaseResult.RELEASED).get();
    }

    @Override
    public ExtendResult extend(LockId id, Ttl ttl) {
        lastTtl = ttl;
        return answer("extend", id, extensions, otherwiseExtend).get();
    }

    @Override
    public void abandon(LockKey key, LockId id, Ttl ttl) {
        answer("abandon", id, abandons, () -> {}).run();
    }

    @Override
    public boolean isLocked(LockKey key) {
        calls.add(new Call("isLocked", null, System.nanoTime()));
        return question.get();
    }

    @Override
    public Optional<LockRecord> lookup(LockKey key) {
        calls.add(new Call("lookup", null, System.nanoTime()));
        return Optional.empty();
    }

    @Override
    public Optional<LockRecord> lookup(LockId id) {
        calls.add(new Call("lookup", id, System.nanoTime()));
        return Optional.empty();
    }

    @Override
    public GuardClock clock() {
        return clock;
    }

    @Override
    public Optional<WakeUps> wakeUps() {
        return Optional.ofNullable(wakeUps);
    }

    @Override
    public ScriptedAsyncBackend async() {
        return async;
    }

    @Override
    public void close() {
        calls.add(new Call("close", null, System.nanoTime()));
    }
}

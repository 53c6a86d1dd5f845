package io.syncguard.internal.call;

import io.syncguard.LockEvent.Outcome;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.internal.observe.HeldSubject;
import io.syncguard.internal.observe.LockSubject;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.GuardClock;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.WakeUps;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One request to a backend, which can be made in either view. Immutable. */
public sealed interface BackendCall<T extends @Nullable Object> extends LockSubject {
    LockOperation operation();

    /** Returns what stands for the lock in messages. */
    default @Nullable String fingerprint() {
        LockKey key = key();
        return key != null ? key.fingerprint() : Objects.requireNonNull(id()).fingerprint();
    }

    /** Makes the request in the blocking view. */
    T call(LockBackend backend);

    /** Makes the request in the asynchronous view. */
    CompletableFuture<T> send(AsyncLockBackend backend);

    /** Returns the outcome that others are told of. */
    default Outcome outcome(T answer) {
        return Outcome.SUCCEEDED;
    }

    /** One attempt to acquire a lock. */
    record Acquire(LockKey key, LockId id, Ttl ttl) implements BackendCall<AcquireResult> {
        @Override
        public LockOperation operation() {
            return LockOperation.ACQUIRE;
        }

        @Override
        public AcquireResult call(LockBackend backend) {
            return backend.acquire(key, id, ttl);
        }

        @Override
        public CompletableFuture<AcquireResult> send(AsyncLockBackend backend) {
            return backend.acquire(key, id, ttl);
        }
    }

    /** The same attempt by the first waiter, in its place. */
    record AcquireInPlace(WakeUps.Place place, Acquire acquire, Duration waited) implements BackendCall<AcquireResult> {
        @Override
        public LockOperation operation() {
            return LockOperation.ACQUIRE;
        }

        @Override
        public LockKey key() {
            return acquire.key;
        }

        @Override
        public LockId id() {
            return acquire.id;
        }

        @Override
        public AcquireResult call(LockBackend backend) {
            return place.acquire(acquire.id, acquire.ttl, waited);
        }

        @Override
        public CompletableFuture<AcquireResult> send(AsyncLockBackend backend) {
            return place.acquireAsync(acquire.id, acquire.ttl, waited);
        }
    }

    /** A request about a lock that this guard holds. */
    sealed interface OfHeldLock<T extends @Nullable Object> extends BackendCall<T> {
        HeldSubject lock();

        @Override
        default LockKey key() {
            return lock().key();
        }

        @Override
        default LockId id() {
            return lock().id();
        }

        @Override
        default @Nullable String name() {
            return lock().name();
        }

        @Override
        default long heldNanos() {
            return lock().heldNanos();
        }
    }

    /** The release of a lock. */
    record Release(HeldSubject lock) implements OfHeldLock<ReleaseResult> {
        @Override
        public LockOperation operation() {
            return LockOperation.RELEASE;
        }

        @Override
        public ReleaseResult call(LockBackend backend) {
            return backend.release(lock.id());
        }

        @Override
        public CompletableFuture<ReleaseResult> send(AsyncLockBackend backend) {
            return backend.release(lock.id());
        }

        @Override
        public Outcome outcome(ReleaseResult answer) {
            return answer == ReleaseResult.RELEASED ? Outcome.SUCCEEDED : Outcome.ABSENT;
        }
    }

    /** The extension of a lock. */
    record Extend(HeldSubject lock, Ttl ttl) implements OfHeldLock<ExtendResult> {
        @Override
        public LockOperation operation() {
            return LockOperation.EXTEND;
        }

        @Override
        public ExtendResult call(LockBackend backend) {
            return backend.extend(lock.id(), ttl);
        }

        @Override
        public CompletableFuture<ExtendResult> send(AsyncLockBackend backend) {
            return backend.extend(lock.id(), ttl);
        }

        @Override
        public Outcome outcome(ExtendResult answer) {
            return answer instanceof ExtendResult.Extended ? Outcome.SUCCEEDED : Outcome.ABSENT;
        }
    }

    /** The release of a lock that is to be held for a while yet, by an extension that nobody follows (HLD-8). */
    record LeaveToExpire(HeldSubject lock, Ttl rest) implements OfHeldLock<ExtendResult> {
        @Override
        public LockOperation operation() {
            return LockOperation.RELEASE;
        }

        @Override
        public ExtendResult call(LockBackend backend) {
            return backend.extend(lock.id(), rest);
        }

        @Override
        public CompletableFuture<ExtendResult> send(AsyncLockBackend backend) {
            return backend.extend(lock.id(), rest);
        }

        @Override
        public Outcome outcome(ExtendResult answer) {
            return answer instanceof ExtendResult.Extended ? Outcome.SUCCEEDED : Outcome.ABSENT;
        }
    }

    /** The end of whatever an id holds or may still come to hold. */
    @SuppressWarnings("NullAway") // A Void is always null.
    record Abandon(LockKey key, LockId id, @Nullable String name, Ttl ttl) implements BackendCall<Void> {
        @Override
        public LockOperation operation() {
            return LockOperation.RELEASE;
        }

        @Override
        public Void call(LockBackend backend) {
            backend.abandon(key, id, ttl);
            return null;
        }

        @Override
        public CompletableFuture<Void> send(AsyncLockBackend backend) {
            return backend.abandon(key, id, ttl);
        }
    }

    /**
     * One round trip that asks for nothing, and how long it took.
     *
     * @param clock measures that
     */
    record Ping(GuardClock clock) implements BackendCall<Duration> {
        @Override
        public LockOperation operation() {
            return LockOperation.PING;
        }

        @Override
        public @Nullable String fingerprint() {
            return null;
        }

        @Override
        public Duration call(LockBackend backend) {
            long startedNanos = clock.nanoTime();
            backend.ping();
            return Duration.ofNanos(clock.nanoTime() - startedNanos);
        }

        @Override
        public CompletableFuture<Duration> send(AsyncLockBackend backend) {
            long startedNanos = clock.nanoTime();
            CompletableFuture<?> sent = backend.ping();
            CompletableFuture<Duration> took =
                    sent.thenApply(pong -> Duration.ofNanos(clock.nanoTime() - startedNanos));
            took.whenComplete((duration, failure) -> {
                if (took.isCancelled()) {
                    sent.cancel(true);
                }
            });
            return took;
        }
    }

    /** The question whether a key is locked. */
    record IsLocked(LockKey key) implements BackendCall<Boolean> {
        @Override
        public LockOperation operation() {
            return LockOperation.IS_LOCKED;
        }

        @Override
        public Boolean call(LockBackend backend) {
            return backend.isLocked(key);
        }

        @Override
        public CompletableFuture<Boolean> send(AsyncLockBackend backend) {
            return backend.isLocked(key);
        }
    }

    /** The lookup of the lock on a key. */
    record LookupByKey(LockKey key) implements BackendCall<Optional<LockRecord>> {
        @Override
        public LockOperation operation() {
            return LockOperation.LOOKUP;
        }

        @Override
        public Optional<LockRecord> call(LockBackend backend) {
            return backend.lookup(key);
        }

        @Override
        public CompletableFuture<Optional<LockRecord>> send(AsyncLockBackend backend) {
            return backend.lookup(key);
        }
    }

    /** The lookup of the lock that an id holds. */
    record LookupById(LockId id) implements BackendCall<Optional<LockRecord>> {
        @Override
        public LockOperation operation() {
            return LockOperation.LOOKUP;
        }

        @Override
        public Optional<LockRecord> call(LockBackend backend) {
            return backend.lookup(id);
        }

        @Override
        public CompletableFuture<Optional<LockRecord>> send(AsyncLockBackend backend) {
            return backend.lookup(id);
        }
    }
}

package io.syncguard.spi;

import io.syncguard.CheckReturnValue;
import io.syncguard.LockKey;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Wake-ups on a store that can only say to all that a key was released ({@link WakeUps.Level#BROADCAST}), such as one with {@code LISTEN}
 * and {@code NOTIFY} or with channels. Each process that waits for the key then tries once; the attempts are plain acquires of the backend.
 *
 * <p>The author supplies what begins to listen, has each release and each abandonment that frees a lock tell the stored key to all, and
 * calls this object when something is heard:
 *
 * <ul>
 *   <li>{@link #released}: a key was released, in this process or elsewhere;
 *   <li>{@link #mayHaveMissed}: this process listens, or listens again;
 *   <li>{@link #close}: the backend closes.
 * </ul>
 *
 * <p>A release must be told to all, the releasing process included, and after it has taken effect: who is called before finds the lock
 * taken, and is not called again. The rest is as with {@link TurnWakeUps}: a call that throws is logged, nobody is called after the close, and
 * a place is left whatever the interrupt flag says. There are no turns, so none is lost, and leaving asks nothing of the store.
 *
 * <p>A process that releases a lock and asks for it again at once often is the first. Where that matters, a store needs turns.
 * Thread-safe.
 */
public final class BroadcastWakeUps implements WakeUps, AutoCloseable {
    private final TurnWakeUps places;

    private BroadcastWakeUps(TurnWakeUps places) {
        this.places = places;
    }

    /**
     * Returns the wake-ups of a backend. Asks nothing of the backend yet, so its constructor may call this.
     *
     * @param backend makes the attempts. A natively asynchronous one is passed as {@link LockBackend#blocking}
     * @param stored returns a key as it is stored, as {@link StorageKeys#stored} does
     * @param listen sees to it that this process soon hears of releases of a stored key, and hears again whenever that broke. Called when a
     *     place is entered, so repeatedly. Does not block. Exceptions are logged
     */
    @CheckReturnValue
    public static BroadcastWakeUps over(
            LockBackend backend, Function<LockKey, String> stored, Consumer<? super String> listen) {
        Objects.requireNonNull(listen, "listen");
        return new BroadcastWakeUps(TurnWakeUps.over(backend, stored, new NoQueue(listen), Duration.ZERO));
    }

    /** A process of which no store knows that it waits, so that its attempts are plain ones and it has no turns to pass on. */
    private record NoQueue(Consumer<? super String> listener) implements TurnQueue {
        @Override
        public void listen(String stored) {
            listener.accept(stored);
        }

        @Override
        public boolean hears(String stored) {
            return false;
        }

        @Override
        public CompletableFuture<AcquireResult> acquireAsync(TurnAttempt attempt) {
            throw new IllegalStateException("nobody is registered where there is no queue");
        }

        @Override
        public CompletableFuture<?> passOn(String stored) {
            return CompletableFuture.completedFuture(null);
        }
    }

    @Override
    public Level level() {
        return Level.BROADCAST;
    }

    /**
     * A key was released: calls the place for it, if there is one. Any thread may call it. Does not block, and throws nothing.
     *
     * @param stored the key as it is stored
     */
    public void released(String stored) {
        places.ourTurn(stored);
    }

    /**
     * Releases may have been missed: calls all places. Call it when this process begins to listen and when it listens again. Any thread may
     * call it. Does not block, and throws nothing.
     */
    public void mayHaveMissed() {
        places.mayHaveMissed();
    }

    @Override
    public Place enter(LockKey key, Runnable wake) {
        return places.enter(key, wake);
    }

    /** Calls nobody any more, and leaves all places. May be repeated. Throws nothing, and does not block. */
    @Override
    public void close() {
        places.close();
    }
}

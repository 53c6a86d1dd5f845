package io.syncguard.internal.observe;

import io.syncguard.FenceToken;
import io.syncguard.HoldEvent;
import io.syncguard.LockEvent;
import io.syncguard.LockException;
import io.syncguard.LockLabel;
import io.syncguard.LockObserver;
import io.syncguard.LockOperation;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Passes everything on to several observers. What one of them throws is logged, and none of the others misses anything. Thread-safe. */
public final class SeveralObservers implements LockObserver {
    private static final Logger LOGGER = System.getLogger(LockObserver.class.getName());

    private final List<LockObserver> observers;

    public SeveralObservers(List<? extends LockObserver> observers) {
        this.observers = List.copyOf(observers);
    }

    @Override
    public @Nullable Operation operationBegins(String backend, LockOperation operation, Optional<LockLabel> lock) {
        List<Operation> told = answers(observers, observer -> observer.operationBegins(backend, operation, lock));
        return told.isEmpty() ? null : new SeveralOperations(told);
    }

    @Override
    public void backgroundEnded(LockEvent event) {
        each(observers, observer -> observer.backgroundEnded(event));
    }

    @Override
    public void heartbeatLate(String backend, LockLabel lock, Duration late) {
        each(observers, observer -> observer.heartbeatLate(backend, lock, late));
    }

    @Override
    public void eventsDropped(long count) {
        each(observers, observer -> observer.eventsDropped(count));
    }

    private record SeveralOperations(List<Operation> operations) implements Operation {
        @Override
        public void ended(LockEvent event, Optional<LockException> failure) {
            each(operations, operation -> operation.ended(event, failure));
        }

        @Override
        public @Nullable Hold granted(LockLabel lock, FenceToken fence) {
            List<Hold> holds = answers(operations, operation -> operation.granted(lock, fence));
            return holds.isEmpty() ? null : new SeveralHolds(holds);
        }
    }

    private record SeveralHolds(List<Hold> holds) implements Hold {
        @Override
        public void ended(HoldEvent event) {
            each(holds, hold -> hold.ended(event));
        }

        @Override
        public Scope workBegins() {
            List<Scope> scopes = answers(holds, Hold::workBegins);
            return () -> {
                // The last one first, as with try.
                for (int i = scopes.size() - 1; i >= 0; i--) {
                    each(List.of(scopes.get(i)), Scope::close);
                }
            };
        }
    }

    /** Tells each. */
    private static <T> void each(List<T> told, Consumer<T> what) {
        for (T each : told) {
            try {
                what.accept(each);
            } catch (Exception | Error e) {
                failed(e);
            }
        }
    }

    /** Asks each, and returns what they answer but null. */
    private static <T, A> List<A> answers(List<T> asked, Function<T, @Nullable A> what) {
        List<A> answers = new ArrayList<>(asked.size());
        for (T each : asked) {
            try {
                A answer = what.apply(each);
                if (answer != null) {
                    answers.add(answer);
                }
            } catch (Exception | Error e) {
                failed(e);
            }
        }
        return answers;
    }

    private static void failed(Throwable thrown) {
        LOGGER.log(
                Level.WARNING, "a lock observer threw an exception; it is called again for what comes later", thrown);
    }
}

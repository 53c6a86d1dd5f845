package io.syncguard.micrometer;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.syncguard.FenceToken;
import io.syncguard.HoldEvent;
import io.syncguard.LockEvent;
import io.syncguard.LockException;
import io.syncguard.LockLabel;
import io.syncguard.LockObserver;
import io.syncguard.LockOperation;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Observes locks with Micrometer, which makes spans and timers of that. Give it to {@code GuardOptions.withObserver}.
 *
 * <p>Each operation of the application's is an observation {@code syncguard.acquire}, {@code syncguard.extend}, {@code syncguard.release} and so
 * on, and each held lock is one from its grant to its end, {@code syncguard.hold}. Both are children of what was current when the acquire
 * began, in either view and on any kind of thread. Work that was given to {@code run}, {@code call} and the like runs in the scope of its
 * lock's observation. A loss is an event of it, {@code syncguard.lost}. {@link LockObservationConvention} has the key values.
 *
 * <p>Thread-safe. A registry that is a no-op costs nothing.
 */
public final class LockObservations implements LockObserver {
    private static final Observation.Event LOST = Observation.Event.of("syncguard.lost", "lock lost");

    private final ObservationRegistry registry;
    private final LockObservationConvention convention;

    private LockObservations(ObservationRegistry registry, LockObservationConvention convention) {
        this.registry = registry;
        this.convention = convention;
    }

    /** Returns an observer that observes with a registry. */
    public static LockObservations on(ObservationRegistry registry) {
        return on(registry, new LockObservationConvention());
    }

    /** Returns an observer that observes with a registry, by a convention of the application's. */
    public static LockObservations on(ObservationRegistry registry, LockObservationConvention convention) {
        return new LockObservations(
                Objects.requireNonNull(registry, "registry"), Objects.requireNonNull(convention, "convention"));
    }

    @Override
    public @Nullable Operation operationBegins(String backend, LockOperation operation, Optional<LockLabel> lock) {
        if (registry.isNoop()) {
            return null;
        }
        LockContext context = LockContext.ofOperation(backend, operation, lock);
        return new ObservedOperation(
                context, created(operation.toString(), context).start());
    }

    private Observation created(String what, LockContext context) {
        return Observation.createNotStarted("syncguard." + what, () -> context, registry)
                .observationConvention(convention);
    }

    private final class ObservedOperation implements Operation {
        private final LockContext context;
        private final Observation observation;

        ObservedOperation(LockContext context, Observation observation) {
            this.context = context;
            this.observation = observation;
        }

        @Override
        public Hold granted(LockLabel lock, FenceToken fence) {
            LockContext held = LockContext.ofHold(context.backend(), lock, fence);
            Observation hold = created("hold", held);
            // This may be a thread of the client library, where something else is current, or nothing.
            held.setParentObservation(context.getParentObservation());
            return new ObservedHold(held, hold.start());
        }

        @Override
        public void ended(LockEvent event, Optional<LockException> failure) {
            context.ended(event);
            if (event.outcome() == LockEvent.Outcome.FAILED) {
                failure.ifPresent(observation::error);
            }
            observation.stop();
        }
    }

    private record ObservedHold(LockContext context, Observation observation) implements Hold {
        @Override
        public void ended(HoldEvent event) {
            context.ended(event);
            if (event.ending() == HoldEvent.Ending.LOST) {
                observation.event(LOST);
            }
            observation.stop();
        }

        @Override
        public Scope workBegins() {
            return observation.openScope()::close;
        }
    }
}

package io.syncguard.bench.candidate;

import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.syncguard.GuardOptions;
import io.syncguard.micrometer.LockMeters;
import io.syncguard.micrometer.LockObservations;

/** Receivers of what a guard tells. */
enum Observation {
    /** A listener that does nothing. */
    LISTENER("listener", "a listener") {
        @Override
        GuardOptions options() {
            return GuardOptions.defaults().withListener(new IdleListener());
        }
    },

    /** Meters in a registry that keeps the last values. */
    METERS("meters", "meters") {
        @Override
        GuardOptions options() {
            LockMeters meters = LockMeters.create();
            meters.bindTo(new SimpleMeterRegistry());
            return GuardOptions.defaults().withObserver(meters);
        }
    },

    /** Observations, of which Micrometer makes timers. */
    OBSERVATIONS("observations", "observations") {
        @Override
        GuardOptions options() {
            ObservationRegistry registry = ObservationRegistry.create();
            registry.observationConfig()
                    .observationHandler(new DefaultMeterObservationHandler(new SimpleMeterRegistry()));
            return GuardOptions.defaults().withObserver(LockObservations.on(registry));
        }
    };

    private final String suffix;
    private final String title;

    Observation(String suffix, String title) {
        this.suffix = suffix;
        this.title = title;
    }

    /** Returns the end of a candidate's name. */
    String suffix() {
        return suffix;
    }

    String title() {
        return title;
    }

    /** Returns new options of a guard that tells it. */
    abstract GuardOptions options();
}

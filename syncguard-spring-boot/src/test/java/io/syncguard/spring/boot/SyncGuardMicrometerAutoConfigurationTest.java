package io.syncguard.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.syncguard.SyncGuard;
import io.syncguard.micrometer.LockContext;
import io.syncguard.micrometer.LockMeters;
import io.syncguard.micrometer.LockObservationConvention;
import io.syncguard.micrometer.LockObservations;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class SyncGuardMicrometerAutoConfigurationTest {
    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(SyncGuardAutoConfiguration.class, SyncGuardMicrometerAutoConfiguration.class))
            .withPropertyValues("syncguard.uri=memory:");

    @Test
    @DisplayName("there are meters where there is a registry, and none otherwise")
    void meters() {
        ApplicationContextRunner registered = application.withBean(MeterRegistry.class, SimpleMeterRegistry::new);
        application.run(context -> assertThat(context).doesNotHaveBean(LockMeters.class));
        registered.run(context -> assertThat(context).hasSingleBean(LockMeters.class));
        registered.withBean("mine", LockMeters.class, LockMeters::create).run(context -> assertThat(context)
                .hasSingleBean(LockMeters.class)
                .hasBean("mine"));
        registered.withPropertyValues("syncguard.enabled=false").run(context -> assertThat(context)
                .doesNotHaveBean(LockMeters.class));
        registered
                .withClassLoader(new FilteredClassLoader("io.syncguard.micrometer"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(LockMeters.class));
    }

    @Test
    @DisplayName("there are observations where there is a registry, by the application's own convention if it has one")
    void observations() {
        application.run(context -> assertThat(context).doesNotHaveBean(LockObservations.class));
        List<String> seen = new CopyOnWriteArrayList<>();
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(new ObservationHandler<LockContext>() {
            @Override
            public void onStop(LockContext context) {
                seen.add(context.getContextualName());
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return context instanceof LockContext;
            }
        });

        ApplicationContextRunner observed = application.withBean(ObservationRegistry.class, () -> registry);
        observed.run(context -> context.getBean(SyncGuard.class).run("k", () -> {}));

        assertThat(seen).contains("lock acquire", "lock hold", "lock release");

        seen.clear();
        observed.withBean(LockObservationConvention.class, () -> new LockObservationConvention() {
                    @Override
                    public String getContextualName(LockContext context) {
                        return "by our convention";
                    }
                })
                .run(context -> context.getBean(SyncGuard.class).run("k", () -> {}));
        assertThat(seen).containsOnly("by our convention");
    }
}

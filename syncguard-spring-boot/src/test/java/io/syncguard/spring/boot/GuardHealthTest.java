package io.syncguard.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.SyncGuard;
import io.syncguard.memory.TestLocks;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** When there is a health check. {@link ActuatorApplicationTest} says what it tells. */
class GuardHealthTest {
    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    SyncGuardAutoConfiguration.class, SyncGuardHealthContributorAutoConfiguration.class))
            .withPropertyValues("syncguard.uri=memory:");

    @Test
    @DisplayName("there is one for each guard, unless it is switched off or health is not on the class path")
    void conditions() {
        application.run(context -> assertThat(context).hasSingleBean(GuardHealthIndicator.class));
        application
                .withBean("one", SyncGuard.class, () -> TestLocks.create().guard())
                .withBean("two", SyncGuard.class, () -> TestLocks.create().guard())
                .run(context -> assertThat(context.getBean(HealthContributor.class))
                        .isInstanceOfSatisfying(CompositeHealthContributor.class, all -> assertThat(
                                        all.stream().map(each -> each.name()))
                                .containsExactlyInAnyOrder("one", "two")));
        application
                .withPropertyValues("management.health.syncguard.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(HealthContributor.class));
        application
                .withPropertyValues("syncguard.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(HealthContributor.class));
        application
                .withBean("syncguardHealthIndicator", String.class, () -> "the application's own")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(HealthContributor.class));
    }

    @Test
    @DisplayName("a timeout that makes no sense is refused at the start")
    void timeout() {
        application.withPropertyValues("management.health.syncguard.timeout=0s").run(context -> assertThat(
                        new InvalidSyncGuardPropertiesFailureAnalyzer()
                                .analyze(context.getStartupFailure())
                                .getDescription())
                .contains("management.health.syncguard.timeout must be more than zero"));
    }
}

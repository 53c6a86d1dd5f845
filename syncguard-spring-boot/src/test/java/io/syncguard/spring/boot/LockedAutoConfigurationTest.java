package io.syncguard.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.SyncGuard;
import io.syncguard.memory.TestLocks;
import io.syncguard.spring.EnableLocked;
import io.syncguard.spring.Locked;
import io.syncguard.spring.LockedDefaults;
import io.syncguard.spring.LockedMistakesException;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.aop.Advisor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

class LockedAutoConfigurationTest {
    private final String store = "store" + UUID.randomUUID();
    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    AopAutoConfiguration.class, SyncGuardAutoConfiguration.class, LockedAutoConfiguration.class))
            .withPropertyValues("syncguard.uri=memory:" + store)
            .withBean(Reports.class);

    static class Reports {
        @Locked("report")
        boolean isLockedMeanwhile(String store) {
            return TestLocks.named(store).guard().isLocked("report");
        }
    }

    @Test
    @DisplayName("a method that is annotated runs under a lock by itself")
    void locked() {
        application.run(context -> {
            assertThat(context.getBean(Reports.class).isLockedMeanwhile(store)).isTrue();
            assertThat(TestLocks.named(store).guard().isLocked("report")).isFalse();
        });
    }

    @Test
    @DisplayName("a method of a bean in a child context runs under a lock too")
    void child() {
        application.run(parent -> new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, LockedAutoConfiguration.class))
                .withParent(parent)
                .withBean("reportsOfChild", Reports.class)
                .run(context -> assertThat(
                                context.getBean("reportsOfChild", Reports.class).isLockedMeanwhile(store))
                        .isTrue()));
    }

    @Test
    @DisplayName("syncguard.locked.ttl and wait-for are what annotations that say nothing use, unless there is a bean")
    void defaults() {
        application
                .withPropertyValues("syncguard.locked.ttl=7s", "syncguard.locked.wait-for=2s")
                .run(context -> assertThat(context.getBean(LockedDefaults.class))
                        .isEqualTo(new LockedDefaults(Duration.ofSeconds(7), Duration.ofSeconds(2))));
        LockedDefaults own = LockedDefaults.defaults().withTtl(Duration.ofSeconds(9));
        application.withBean("mine", LockedDefaults.class, () -> own).run(context -> assertThat(
                        context.getBean(LockedDefaults.class))
                .isSameAs(own));
        application.withPropertyValues("syncguard.locked.ttl=0s").run(context -> assertThat(
                        new InvalidSyncGuardPropertiesFailureAnalyzer()
                                .analyze(context.getStartupFailure())
                                .getDescription())
                .startsWith("syncguard.locked.ttl: "));
    }

    @Test
    @DisplayName("syncguard.locked.enabled=false has methods run without a lock; without a guard the start fails")
    void disabled() {
        application.withPropertyValues("syncguard.locked.enabled=false").run(context -> assertThat(
                        context.getBean(Reports.class).isLockedMeanwhile(store))
                .isFalse());
        application.withPropertyValues("syncguard.enabled=false").run(context -> assertThat(context.getStartupFailure())
                .isInstanceOf(LockedMistakesException.class)
                .hasMessageContaining(
                        "there is no SyncGuard bean, because syncguard.enabled is false: set it to true, or set"
                                + " syncguard.locked.enabled to false too"));
        application
                .withClassLoader(new FilteredClassLoader(EnableLocked.class))
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(SyncGuard.class));
    }

    static class Opened {
        @PostConstruct
        void open() {}

        @PreDestroy
        @Locked("a")
        void close() {}
    }

    static class OpenedWithLock extends Opened {
        @Override
        @Locked("a")
        void open() {}
    }

    @Test
    @DisplayName(
            "@Locked beside @PostConstruct or @PreDestroy fails the start, because Spring calls them past the proxy")
    void callbacks() {
        application.withBean(OpenedWithLock.class).run(context -> assertThat(context.getStartupFailure())
                .isInstanceOfSatisfying(LockedMistakesException.class, failure -> assertThat(failure.mistakes())
                        .hasSize(2)
                        .anySatisfy(mistake -> assertThat(mistake)
                                .contains("OpenedWithLock.open(): it is @PostConstruct, which Spring calls without"))
                        .anySatisfy(mistake -> assertThat(mistake)
                                .contains("OpenedWithLock.close(): it is @PreDestroy, which Spring calls without"))));
    }

    @Test
    @DisplayName("an application that says @EnableLocked itself keeps its order")
    void own() {
        application.withUserConfiguration(InOrder.class).run(context -> assertThat(
                        context.getBeansOfType(Advisor.class).values())
                .filteredOn(advisor -> advisor instanceof Ordered)
                .extracting(advisor -> ((Ordered) advisor).getOrder())
                .containsExactly(7));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableLocked(order = 7)
    static class InOrder {}
}

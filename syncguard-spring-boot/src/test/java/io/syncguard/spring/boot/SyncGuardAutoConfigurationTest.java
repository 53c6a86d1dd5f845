package io.syncguard.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.Backend;
import io.syncguard.GuardOptions;
import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockEvent;
import io.syncguard.LockException;
import io.syncguard.LockLabel;
import io.syncguard.LockListener;
import io.syncguard.LockObserver;
import io.syncguard.LockOperation;
import io.syncguard.SyncGuard;
import io.syncguard.memory.TestLocks;
import io.syncguard.spi.LockBackend;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

class SyncGuardAutoConfigurationTest {
    private final String store = "store" + UUID.randomUUID();
    private final ApplicationContextRunner application =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(SyncGuardAutoConfiguration.class));
    private final ApplicationContextRunner inMemory = application.withPropertyValues("syncguard.uri=memory:" + store);

    @Test
    @DisplayName("syncguard.uri gives the application a guard on that server")
    void uri() {
        inMemory.run(context -> {
            try (HeldLock lock = context.getBean(SyncGuard.class).acquire("account:42")) {
                assertThat(TestLocks.named(store).guard().lookup("account:42"))
                        .hasValueSatisfying(info -> assertThat(info.fence()).isEqualTo(lock.fence()));
            }
        });
    }

    @Test
    @DisplayName("syncguard.enabled=false leaves the application without a guard, and checks nothing")
    void disabled() {
        application
                .withPropertyValues("syncguard.enabled=false", "syncguard.uri=nonsense")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(SyncGuard.class));
    }

    @Test
    @DisplayName("a guard of the application's own takes the place of ours, and no property is looked at")
    void ownGuard() {
        application
                .withBean("mine", SyncGuard.class, () -> TestLocks.create().guard())
                .withPropertyValues("syncguard.uri=nonsense")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(SyncGuard.class)
                        .doesNotHaveBean(GuardLifecycle.class));
    }

    @Test
    @DisplayName("a backend of the application's own is what the guard uses, and is closed with it")
    void ownBackend() {
        String other = "other" + UUID.randomUUID();
        application
                .withBean(Backend.class, () -> SyncGuard.openBackend("memory:" + other))
                .run(context -> {
                    SyncGuard guard = context.getBean(SyncGuard.class);
                    Backend backend = context.getBean(Backend.class);
                    assertThat(TestLocks.named(other).guard().isLocked("k")).isFalse();
                    HeldLock held = guard.acquire("k");
                    assertThat(TestLocks.named(other).guard().isLocked("k")).isTrue();

                    context.close();

                    assertThat(held.isHeld()).isFalse();
                    assertThatThrownBy(() -> ((LockBackend) backend).ping())
                            .isInstanceOfSatisfying(LockException.class, e -> assertThat(e.code())
                                    .isEqualTo(LockErrorCode.ABORTED));
                });
    }

    @Test
    @DisplayName("connection details of the application's own take the place of syncguard.uri")
    void ownDetails() {
        String other = "other" + UUID.randomUUID();
        inMemory.withBean(SyncGuardConnectionDetails.class, () -> () -> "memory:" + other)
                .run(context -> {
                    try (HeldLock lock = context.getBean(SyncGuard.class).acquire("k")) {
                        assertThat(TestLocks.named(other).guard().owns(lock.id()))
                                .isTrue();
                        assertThat(TestLocks.named(store).guard().isLocked("k")).isFalse();
                    }
                });
    }

    @Test
    @DisplayName("syncguard.holder is stored with each lock")
    void holder() {
        inMemory.withPropertyValues("syncguard.holder=billing-7f9c").run(context -> {
            try (HeldLock lock = context.getBean(SyncGuard.class).acquire("k")) {
                assertThat(TestLocks.named(store)
                                .guard()
                                .lookup(lock.id())
                                .orElseThrow()
                                .holder())
                        .contains("billing-7f9c");
            }
        });
    }

    @Test
    @DisplayName("syncguard.redis.key-prefix and syncguard.reject-long-keys are options of the backend")
    void backendOptions() {
        inMemory.withPropertyValues("syncguard.redis.key-prefix=mine", "syncguard.reject-long-keys=true")
                .run(context -> {
                    SyncGuard guard = context.getBean(SyncGuard.class);
                    assertThatThrownBy(() -> guard.isLocked("k".repeat(600)))
                            .isInstanceOfSatisfying(LockException.class, e -> assertThat(e.code())
                                    .isEqualTo(LockErrorCode.INVALID_ARGUMENT));
                });
        inMemory.withPropertyValues("syncguard.reject-long-keys=false")
                .run(context -> assertThat(context.getBean(SyncGuard.class).isLocked("k".repeat(600)))
                        .isFalse());
    }

    @Test
    @DisplayName("syncguard.operation-timeout limits a call to a server that is slow")
    void operationTimeout() {
        inMemory.withPropertyValues("syncguard.operation-timeout=50ms").run(context -> {
            SyncGuard guard = context.getBean(SyncGuard.class);
            TestLocks.named(store).delayCalls(Duration.ofSeconds(30));

            assertThatThrownBy(() -> guard.isLocked("k"))
                    .isInstanceOfSatisfying(
                            LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT));
        });
    }

    @Test
    @DisplayName("listeners and observers that are beans are told, in their order, by one guard")
    void listenersAndObservers() {
        inMemory.withUserConfiguration(Listening.class).run(context -> {
            Listening told = context.getBean(Listening.class);
            context.getBean(SyncGuard.class).run("k", () -> {});

            assertThat(told.heard.poll(60, TimeUnit.SECONDS)).isEqualTo("first k=fingerprint");
            assertThat(told.heard.poll(60, TimeUnit.SECONDS)).isEqualTo("second k=fingerprint");
            assertThat(told.seen).contains(LockOperation.ACQUIRE, LockOperation.RELEASE);
        });
    }

    @Test
    @DisplayName("syncguard.show-keys shows listeners raw keys")
    void keysShown() {
        inMemory.withUserConfiguration(Listening.class)
                .withPropertyValues("syncguard.show-keys=true")
                .run(context -> {
                    context.getBean(SyncGuard.class).run("k", () -> {});
                    assertThat(context.getBean(Listening.class).heard.poll(60, TimeUnit.SECONDS))
                            .isEqualTo("first k=k");
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class Listening {
        final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        final List<LockOperation> seen = new CopyOnWriteArrayList<>();

        private LockListener listener(String name) {
            return new LockListener() {
                @Override
                public void operationEnded(LockEvent event) {
                    if (event.operation() == LockOperation.ACQUIRE) {
                        heard.add(name + " k="
                                + event.lock().flatMap(LockLabel::key).orElse("fingerprint"));
                    }
                    throw new IllegalStateException("a listener that fails keeps nothing from the others");
                }
            };
        }

        @Bean
        @Order(2)
        LockListener second() {
            return listener("second");
        }

        @Bean
        @Order(1)
        LockListener first() {
            return listener("first");
        }

        @Bean
        LockObserver observer() {
            return new LockObserver() {
                @Override
                public LockObserver.Operation operationBegins(
                        String backend, LockOperation operation, Optional<LockLabel> lock) {
                    seen.add(operation);
                    return null;
                }
            };
        }
    }

    @Test
    @DisplayName("customizers change the options after all properties")
    void customizers() {
        CopyOnWriteArrayList<GuardOptions> given = new CopyOnWriteArrayList<>();
        inMemory.withPropertyValues("syncguard.close-timeout=7s", "syncguard.holder=by-property")
                .withBean(GuardOptionsCustomizer.class, () -> options -> {
                    given.add(options);
                    return options.withHolder("by-customizer");
                })
                .run(context -> {
                    assertThat(given).singleElement().satisfies(options -> {
                        assertThat(options.closeTimeout()).isEqualTo(Duration.ofSeconds(7));
                        assertThat(options.holder()).contains("by-property");
                    });
                    try (HeldLock lock = context.getBean(SyncGuard.class).acquire("k")) {
                        assertThat(TestLocks.named(store)
                                        .guard()
                                        .lookup(lock.id())
                                        .orElseThrow()
                                        .holder())
                                .contains("by-customizer");
                    }
                });
    }

    @Test
    @DisplayName("a context that is stopped releases the locks, and one that is started again has a guard that works")
    void restarted() {
        inMemory.run(context -> {
            SyncGuard guard = context.getBean(SyncGuard.class);
            var async = guard.async();
            HeldLock before = guard.acquire("k");

            context.stop();

            assertThat(before.isHeld()).isFalse();
            assertThat(TestLocks.named(store).guard().isLocked("k")).isFalse();
            assertThatThrownBy(() -> guard.isLocked("k"))
                    .isInstanceOfSatisfying(
                            LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.ABORTED));

            context.start();

            try (HeldLock lock = guard.acquire("k")) {
                assertThat(lock.fence().value()).isGreaterThan(before.fence().value());
                assertThat(async.isLocked("k").get(60, TimeUnit.SECONDS)).isTrue();
            }
        });
    }

    @Test
    @DisplayName("on a class path with nothing but Boot and a backend, an address is all that is needed")
    void bareClassPath() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        SyncGuardAutoConfiguration.class,
                        SyncGuardMicrometerAutoConfiguration.class,
                        SyncGuardHealthContributorAutoConfiguration.class,
                        LocksEndpointAutoConfiguration.class))
                .withPropertyValues("syncguard.uri=memory:" + store)
                .withClassLoader(new FilteredClassLoader(
                        "io.syncguard.redis",
                        "io.syncguard.firestore",
                        "io.syncguard.micrometer",
                        "org.springframework.data",
                        "org.springframework.boot.data",
                        "org.springframework.boot.actuate.endpoint.annotation",
                        "org.springframework.boot.health.contributor",
                        "io.lettuce",
                        "redis.clients",
                        "com.google.cloud",
                        "io.micrometer.core"))
                .run(context -> {
                    assertThat(context)
                            .hasNotFailed()
                            .hasSingleBean(SyncGuard.class)
                            .doesNotHaveBean("syncguardHealthContributor")
                            .doesNotHaveBean("locksEndpoint")
                            .doesNotHaveBean("syncGuardLockMeters");
                    context.getBean(SyncGuard.class).run("k", () -> {});
                });
    }
}

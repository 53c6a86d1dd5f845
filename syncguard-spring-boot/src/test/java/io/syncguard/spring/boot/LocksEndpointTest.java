package io.syncguard.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.FenceToken;
import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockOperation;
import io.syncguard.LockRecord;
import io.syncguard.SyncGuard;
import io.syncguard.memory.TestLocks;
import io.syncguard.spi.ListedLock;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockListing;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class LocksEndpointTest {
    private static final LocksEndpointProperties DEFAULTS =
            new LocksEndpointProperties(false, 100, Duration.ofSeconds(60));

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(SyncGuardAutoConfiguration.class, LocksEndpointAutoConfiguration.class))
            .withPropertyValues("syncguard.uri=memory:store" + UUID.randomUUID());
    private final ApplicationContextRunner exposed =
            application.withPropertyValues("management.endpoints.web.exposure.include=locks");

    @Test
    @DisplayName("there is an endpoint only if it is exposed")
    void conditions() {
        application.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(LocksEndpoint.class));
        exposed.run(context -> assertThat(context).hasSingleBean(LocksEndpoint.class));
        exposed.withPropertyValues("management.endpoint.locks.access=NONE")
                .run(context -> assertThat(context).doesNotHaveBean(LocksEndpoint.class));
    }

    @Test
    @DisplayName("show-keys adds raw keys, and nothing adds lock ids")
    void keys() {
        exposed.withPropertyValues("management.endpoint.locks.show-keys=true").run(context -> {
            try (HeldLock lock = context.getBean(SyncGuard.class).acquire("account:42")) {
                assertThat(context.getBean(LocksEndpoint.class).locks().locks())
                        .singleElement()
                        .satisfies(shown -> {
                            assertThat(shown.key()).isEqualTo("account:42");
                            assertThat(shown.toString())
                                    .doesNotContain(lock.id().value());
                        });
            }
        });
        exposed.run(context -> {
            try (HeldLock lock = context.getBean(SyncGuard.class).acquire("account:42")) {
                assertThat(lock.isHeld()).isTrue();
                assertThat(context.getBean(LocksEndpoint.class).locks().locks())
                        .singleElement()
                        .satisfies(shown -> assertThat(shown.key()).isNull());
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=10001", "timeout=0s", "timeout=-1s"})
    @DisplayName("a limit or a timeout that makes no sense is refused at the start")
    void refused(String property) {
        exposed.withPropertyValues("management.endpoint.locks." + property)
                .run(context -> assertThat(new InvalidSyncGuardPropertiesFailureAnalyzer()
                                .analyze(context.getStartupFailure())
                                .getDescription())
                        .contains("management.endpoint.locks." + property.split("=")[0]));
    }

    @Test
    @DisplayName("a guard of the application's own has no list, and the endpoint says so")
    void ownGuard() {
        exposed.withBean(SyncGuard.class, () -> TestLocks.create().guard())
                .run(context -> assertThat(context.getBean(LocksEndpoint.class).locks())
                        .satisfies(locks -> {
                            assertThat(locks.complete()).isFalse();
                            assertThat(locks.note()).contains("whose backend is unknown here");
                        }));
    }

    @Test
    @DisplayName("a backend that offers no list says so")
    void notOffered() {
        LocksEndpoint endpoint = new LocksEndpoint(() -> Optional.of(backend(null)), DEFAULTS);

        assertThat(endpoint.locks())
                .isEqualTo(new LocksEndpoint.Locks(
                        "a test's", List.of(), false, "this backend offers no list of its locks"));
    }

    @Test
    @DisplayName("a list that fails has what was found before, and says why it ended")
    void failing() {
        LockListing failing = (start, cursor) -> {
            throw LockException.failed(
                    LockErrorCode.NETWORK_TIMEOUT, LockOperation.LOOKUP, null, "scripted by a test", null);
        };
        LocksEndpoint endpoint = new LocksEndpoint(() -> Optional.of(backend(failing)), DEFAULTS);

        assertThat(endpoint.locks()).satisfies(locks -> {
            assertThat(locks.complete()).isFalse();
            assertThat(locks.note()).contains("scripted by a test");
        });
    }

    @Test
    @DisplayName("a list ends by its timeout, and so does the call under way; what was found before is shown")
    void timeout() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        LockListing stuck = (start, cursor) -> {
            if (cursor.isEmpty()) {
                return new LockListing.Page(List.of(listed()), Optional.of("next"));
            }
            asked.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                ended.countDown();
            }
            throw LockException.failed(LockErrorCode.ABORTED, LockOperation.LOOKUP, null, "scripted by a test", null);
        };

        LocksEndpoint.Locks shown;
        Duration timeout = Duration.ofMillis(20);
        // On a busy machine the first page may take longer than the first of these.
        do {
            timeout = timeout.multipliedBy(2);
            shown = new LocksEndpoint(
                            () -> Optional.of(backend(stuck)), new LocksEndpointProperties(false, 100, timeout))
                    .locks();
            assertThat(shown.complete()).isFalse();
            assertThat(shown.note()).contains("management.endpoint.locks.timeout is over");
        } while ((asked.getCount() > 0 || shown.locks().isEmpty()) && timeout.toSeconds() < 60);

        assertThat(shown.locks()).hasSize(1);
        assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    @DisplayName("a list of more and more pages ends by the timeout, although each page is there at once")
    void endless() throws Exception {
        AtomicReference<Thread> listing = new AtomicReference<>();
        LockListing endless = (start, cursor) -> {
            listing.set(Thread.currentThread());
            return new LockListing.Page(List.<ListedLock>of(), Optional.of("next"));
        };
        LocksEndpoint endpoint = new LocksEndpoint(
                () -> Optional.of(backend(endless)), new LocksEndpointProperties(false, 100, Duration.ofMillis(20)));

        assertThat(endpoint.locks().note()).contains("management.endpoint.locks.timeout is over");
        Thread started = listing.get();
        if (started != null) {
            started.join(60_000);
            assertThat(started.isAlive()).isFalse();
        }
    }

    private static ListedLock listed() {
        LockRecord lock = new LockRecord(
                "a",
                LockId.random(),
                new FenceToken(1),
                Instant.EPOCH,
                Instant.EPOCH.plusSeconds(30),
                Duration.ofSeconds(30));
        return new ListedLock(lock, OptionalInt.empty());
    }

    private static LockBackend backend(LockListing listing) {
        return (LockBackend) Proxy.newProxyInstance(
                LockBackend.class.getClassLoader(), new Class<?>[] {LockBackend.class}, (self, method, arguments) -> {
                    return switch (method.getName()) {
                        case "name" -> "a test's";
                        case "listing" -> Optional.ofNullable(listing);
                        default -> throw new UnsupportedOperationException(method.getName());
                    };
                });
    }
}

package io.syncguard.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.testcontainers.TestServer;
import io.syncguard.testcontainers.WithSyncGuard;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Guards that tests are given are guards on one real Redis, for as long as the tests need them. */
@WithSyncGuard(parameters = WithSyncGuardTest.PATIENT)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WithSyncGuardTest {
    static final String PATIENT = "operationTimeoutMillis=20000&connectTimeoutMillis=40000";

    private static final String KEY = "account:42";
    private static final List<SyncGuard> ENDED = new ArrayList<>();

    private static SyncGuard ofClass;
    private static HeldLock heldByClass;

    private final SyncGuard ofTest;
    private SyncGuard beforeTest;

    WithSyncGuardTest(SyncGuard ofTest) {
        this.ofTest = ofTest;
    }

    @BeforeAll
    static void begin(SyncGuard guard) {
        ofClass = guard;
        heldByClass = guard.acquire("all", LockOptions.defaults().withHeartbeat());
    }

    @BeforeEach
    void beforeEach(SyncGuard guard) {
        beforeTest = guard;
    }

    @AfterEach
    void afterEach() {
        ENDED.addAll(List.of(ofTest, beforeTest));
    }

    @AfterAll
    static void end() {
        assertThat(heldByClass.isHeld()).as("the lock of the class").isTrue();
        assertThat(ENDED).as("guards of tests").hasSizeGreaterThan(4).allSatisfy(WithSyncGuardTest::assertClosed);
    }

    private static void assertClosed(SyncGuard guard) {
        assertThatThrownBy(() -> guard.isLocked(KEY))
                .isInstanceOfSatisfying(
                        LockException.class, closed -> assertThat(closed.code()).isEqualTo(LockErrorCode.ABORTED));
    }

    @Test
    @Order(1)
    @DisplayName("each parameter is a guard of its own, and all see the same locks")
    void guardsOfTheirOwn(SyncGuard mine, SyncGuard other) {
        assertThat(List.of(mine, other, ofTest, beforeTest, ofClass)).doesNotHaveDuplicates();

        HeldLock left = mine.acquire(KEY);

        assertThat(left.isHeld()).isTrue();
        assertThat(List.of(other, ofTest, beforeTest, ofClass))
                .allSatisfy(guard -> assertThat(guard.tryAcquire(KEY)).isEmpty());
        ENDED.addAll(List.of(mine, other));
    }

    @Test
    @Order(2)
    @DisplayName("a lock that a test leaves behind ends with the test, and so do its guards")
    void endsWithTest(SyncGuard mine) {
        assertThat(ENDED).hasSizeGreaterThanOrEqualTo(4).allSatisfy(WithSyncGuardTest::assertClosed);
        assertThat(mine.isLocked(KEY)).isFalse();
        assertThat(mine.isLocked("all")).as("the lock of the class").isTrue();
    }

    @Test
    @Order(3)
    @DisplayName("the server is the one that a test gets by itself, and other prefixes have other locks")
    void server(SyncGuard mine) {
        try (HeldLock lock = mine.acquire(KEY);
                SyncGuard elsewhere =
                        SyncGuard.connect(TestServer.redis().address() + "?" + PATIENT + "&keyPrefix=elsewhere")) {
            assertThat(lock.isHeld()).isTrue();
            assertThat(elsewhere.isLocked(KEY)).isFalse();
        }
    }

    @Test
    @Order(4)
    @WithSyncGuard(image = "redis:7.2", client = "jedis", parameters = PATIENT + "&keyPrefix=of-one-test")
    @DisplayName("a test can have a guard of another kind than its class")
    void other(SyncGuard mine) {
        assertThat(mine.isLocked("all")).isFalse();
        assertThat(mine.call(KEY, HeldLock::isHeld)).isTrue();
    }

    @Nested
    class Within {
        @Test
        @DisplayName("a nested class sees the locks of the one around it")
        void sameLocks(SyncGuard mine) {
            assertThat(mine.isLocked("all")).isTrue();
        }
    }
}

package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockId;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.LockBackend;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Looking locks up. */
interface LookupRules extends BackendUnderTest {

    @Test
    @DisplayName("LKP-1 there is nothing to find for a key nobody locked and an id nobody used")
    default void nothingToFind() {
        assertThat(backend().lookup(key())).as("LKP-1 by key").isEmpty();
        assertThat(backend().lookup(LockId.random())).as("LKP-1 by id").isEmpty();
    }

    @Test
    @DisplayName("LKP-1 by key and by id the same lock is found, through any backend")
    default void byKeyAndById() {
        Held held = Held.take(backend(), key());

        LockRecord byKey = held.foundByKey(another());
        LockRecord byId = held.foundById(another());

        assertThat(byKey.id()).as("LKP-1 the id found by key").isEqualTo(held.id());
        assertThat(byId.key())
                .as("LKP-1 the key found by id")
                .isEqualTo(held.key().value());
        assertThat(byId.fence()).as("LKP-1 the fence found by id").isEqualTo(byKey.fence());
        assertThat(byId.acquiredAt()).as("LKP-1 acquiredAt found by id").isEqualTo(byKey.acquiredAt());
    }

    @Test
    @DisplayName("LKP-1 a former holder's id does not find the next holder's lock")
    default void formerIdFindsNothing() {
        LockBackend backend = backend();
        Held former = Held.take(backend, key(), new Ttl(1));
        Await.until("the lock has expired", () -> !backend.isLocked(former.key()));
        Held next = Held.take(backend, former.key());

        assertThat(backend.lookup(former.id()))
                .as("LKP-1 by the former holder's id")
                .isEmpty();
        assertThat(backend.lookup(former.key()).map(LockRecord::id))
                .as("LKP-1 by key")
                .contains(next.id());
    }

    @Test
    @DisplayName("LKP-2 what a lookup answers shows raw values only to who asks for them")
    default void textHidesRawValues() {
        Held held = Held.take(backend(), key());
        LockRecord record = held.foundByKey(backend());

        assertThat(record.toString() + record.info())
                .as("LKP-2, KEY-8 the texts of a lookup's answer")
                .doesNotContain(held.key().value(), held.id().value());
        assertThat(record.info().idFingerprint())
                .as("LKP-2 the hash in place of the id")
                .isEqualTo(held.id().fingerprint());
    }

    @Test
    @DisplayName("LKP-3 the time left is told by the server's clock, falls, and is never negative")
    default void timeLeft() {
        LockBackend backend = backend();
        Ttl ttl = new Ttl(300);
        Timely.check("LKP-3", ttl.millis() - TimeRules.CLOCK_MILLIS, () -> {
            Held held = Held.take(backend, key(), ttl);
            Duration first = timeLeft(backend.lookup(held.key()));
            assertThat(first)
                    .as("LKP-3 the time left at first")
                    .isBetween(Duration.ofMillis(1), Duration.ofMillis(ttl.millis()));
            Await.until(
                    "LKP-3 the time left falls",
                    () -> timeLeft(backend.lookup(held.id())).compareTo(first) < 0);
        });
        Timely.check("LKP-3", TimeRules.sureToLive(ttl), () -> {
            Held held = Held.take(backend, key(), ttl);
            Await.millisSince(System.nanoTime(), 2 * ttl.millis());
            assertThat(backend.lookup(held.key()).map(LockRecord::remaining))
                    .as("LKP-3 the time left within the tolerance, found by key")
                    .contains(Duration.ZERO);
            assertThat(backend.lookup(held.id()).map(LockRecord::remaining))
                    .as("LKP-3 the time left within the tolerance, found by id")
                    .contains(Duration.ZERO);
        });
    }

    /** Returns less than any time left if the lock is gone. */
    private static Duration timeLeft(Optional<LockRecord> record) {
        return record.map(LockRecord::remaining).orElse(Duration.ofMillis(-1));
    }
}

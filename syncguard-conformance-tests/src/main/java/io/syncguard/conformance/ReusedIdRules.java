package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.LockBackend;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Acquires by an id whose lock has ended, such as a request that arrives late. */
interface ReusedIdRules extends BackendUnderTest {

    @Test
    @DisplayName(
            "ACQ-3, ACQ-1, FEN-1 an id whose lock has expired acquires a new lock, unless another has acquired the key")
    default void afterItsExpiry() {
        LockBackend backend = backend();
        Held dead = Held.take(backend, key(), new Ttl(1));
        Held replaced = Held.take(backend, key(), new Ttl(1));
        Await.until("TIME-3 a lock becomes free after its expiry", () -> !backend.isLocked(dead.key()));

        AcquireResult result = backend.acquire(dead.key(), dead.id(), Held.LONG);

        assertThat(result)
                .as("ACQ-3 an acquire by an id whose lock has expired")
                .isInstanceOf(Acquired.class);
        Acquired again = (Acquired) result;
        assertThat(again.fence())
                .as("FEN-1 the fence of an id that acquires again after its lock has expired")
                .isGreaterThan(dead.fence());
        assertThat(again.expiresAt())
                .as("ACQ-3 the expiry of an id that acquires again after its lock has expired")
                .isAfter(dead.expiresAt());
        assertThat(backend.lookup(dead.id()).map(LockRecord::expiresAt))
                .as("ACQ-3 the expiry found by an id that acquired again after its lock had expired")
                .contains(again.expiresAt());
        Await.until("TIME-3 a lock becomes free after its expiry", () -> !backend.isLocked(replaced.key()));
        Held next = Held.take(backend, replaced.key());
        assertThat(backend.acquire(replaced.key(), replaced.id(), Held.LONG))
                .as("ACQ-1 an acquire by the former holder's id")
                .isInstanceOf(Contended.class);
        assertThat(backend.lookup(next.key()).map(LockRecord::id))
                .as("ACQ-1 the holder after the former holder's acquire")
                .contains(next.id());
    }

    @Test
    @DisplayName(
            "ACQ-3, FEN-1 an id that acquires again after its release never gets the fence of the lock it released")
    default void afterItsRelease() {
        LockBackend backend = backend();
        Held released = Held.take(backend, key());
        released.release(backend);

        AcquireResult result = backend.acquire(released.key(), released.id(), Held.LONG);

        assertThat(result)
                .as("ACQ-3 an acquire by an id whose lock was released")
                .isInstanceOf(Acquired.class);
        assertThat(((Acquired) result).fence())
                .as("FEN-1 the fence of an id that acquires again after its release")
                .isGreaterThan(released.fence());
    }
}

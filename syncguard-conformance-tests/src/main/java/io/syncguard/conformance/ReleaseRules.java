package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Giving a lock back. */
interface ReleaseRules extends BackendUnderTest {

    @Test
    @DisplayName("REL-1 a release frees the key at once, without tolerance, and forgets the id")
    default void frees() {
        LockBackend backend = backend();
        Held held = Held.take(backend, key());

        held.release(backend);

        assertThat(backend.isLocked(held.key())).as("REL-1 the key").isFalse();
        assertThat(backend.lookup(held.key())).as("REL-1 lookup by key").isEmpty();
        assertThat(backend.lookup(held.id())).as("REL-1 lookup by id").isEmpty();
        Held.take(another(), held.key());
    }

    @Test
    @DisplayName("REL-1 a second release of the same lock is absent")
    default void onlyOnce() {
        Held held = Held.take(backend(), key());
        held.release(backend());

        assertThat(backend().release(held.id())).as("REL-1 the second release").isEqualTo(ReleaseResult.ABSENT);
        assertThat(another().release(held.id()))
                .as("REL-1 a further release through another backend")
                .isEqualTo(ReleaseResult.ABSENT);
    }

    @Test
    @DisplayName("REL-1 a late release does not take the next holder's lock away")
    default void lateReleaseSparesTheNextHolder() {
        LockBackend backend = backend();
        LockKey key = key();
        Held late = Held.take(backend, key, new Ttl(1));
        Await.until("the lock has expired", () -> !backend.isLocked(key));
        Held next = Held.take(backend, key);

        assertThat(backend.release(late.id()))
                .as("REL-1 the former holder's release after its lock was taken over")
                .isEqualTo(ReleaseResult.ABSENT);
        assertThat(backend.lookup(key).map(LockRecord::id))
                .as("REL-1 the holder after the former holder's release")
                .contains(next.id());
    }

    @Test
    @DisplayName("REL-1 a second release does not take the next holder's lock away")
    default void secondReleaseSparesTheNextHolder() {
        LockBackend backend = backend();
        Held first = Held.take(backend, key());
        first.release(backend);
        Held next = Held.take(backend, first.key());

        assertThat(backend.release(first.id()))
                .as("REL-1 the former holder's second release")
                .isEqualTo(ReleaseResult.ABSENT);
        assertThat(backend.lookup(first.key()).map(LockRecord::id))
                .as("REL-1 the holder after the former holder's second release")
                .contains(next.id());
    }

    @Test
    @DisplayName("REL-1 releasing one lock leaves the others")
    default void sparesOtherKeys() {
        LockBackend backend = backend();
        Held one = Held.take(backend, key());
        Held other = Held.take(backend, key());

        one.release(backend);

        assertThat(backend.isLocked(other.key())).as("REL-1 the other key").isTrue();
        other.release(backend);
    }

    @Test
    @DisplayName("REL-1 whoever has the id may release: another backend, another thread")
    default void ownershipIsTheId() throws InterruptedException, ExecutionException {
        LockBackend another = another();
        Held held = Held.take(backend(), key());
        FutureTask<ReleaseResult> elsewhere = new FutureTask<>(() -> another.release(held.id()));
        new Thread(elsewhere).start();

        assertThat(elsewhere.get())
                .as("REL-1 the release through another backend on another thread")
                .isEqualTo(ReleaseResult.RELEASED);
        assertThat(backend().isLocked(held.key())).as("REL-1 the key").isFalse();
    }

    @Test
    @DisplayName("REL-2 releasing an id that never held anything is absent, a value")
    default void releaseOfUnknownIdIsAbsent() {
        assertThat(backend().release(LockId.random()))
                .as("REL-2 the release of an unknown id")
                .isEqualTo(ReleaseResult.ABSENT);
    }
}

package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockKey;
import io.syncguard.spi.LockBackend;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Asking the server for a sign of life. */
interface PingRules extends BackendUnderTest {
    @Test
    @DisplayName("OPT-7 a ping is the first call of a backend as well as a later one, and succeeds however often")
    default void pings() {
        LockBackend backend = another();

        assertThatCode(backend::ping).as("OPT-7 the first ping").doesNotThrowAnyException();
        assertThatCode(backend::ping).as("OPT-7 another ping").doesNotThrowAnyException();
    }

    @Test
    @DisplayName("OPT-7 a ping changes no lock, of the key that it may ask for neither")
    default void pingChangesNoLock() {
        try (Turn turn = Turn.at(backend(), LockBackend.PING_KEY)) {
            checkLocks(turn.key());
        }
    }

    private void checkLocks(LockKey reserved) {
        LockBackend backend = backend();
        Held other = Held.take(backend, key());
        backend.ping();
        assertThat(backend.isLocked(reserved))
                .as("OPT-7 a lock on the reserved key after a ping")
                .isFalse();
        Held first = Held.take(backend, reserved, Turn.TTL);
        try {
            backend.ping();
            assertThat(backend.lookup(first.id()).map(lock -> lock.expiresAt()))
                    .as("OPT-7 the end of a lock on the reserved key after a ping")
                    .contains(first.expiresAt());
        } finally {
            var unused = backend.release(first.id());
        }
        other.release(backend);
    }

    @Test
    @DisplayName("OPT-7 a ping changes no counter, of the key that it may ask for neither")
    default void pingCountsNothing() {
        try (Turn turn = Turn.at(backend(), LockBackend.PING_KEY)) {
            checkCounter(turn.key());
        }
    }

    private void checkCounter(LockKey reserved) {
        LockBackend backend = backend();
        Held first = takeAhead(reserved, Turn.TTL);
        try {
            backend.ping();
        } finally {
            var unused = backend.release(first.id());
        }
        backend.ping();

        Held second = Held.take(backend, reserved, Turn.TTL);
        var unused = backend.release(second.id());
        assertThat(second.fence().value())
                .as("OPT-7 the next fence of the reserved key, between which there were pings")
                .isEqualTo(first.fence().value() + 1);
    }

    @Test
    @DisplayName("OPT-7, OPT-3 a closed backend refuses a ping with ABORTED")
    default void pingOfClosed() {
        LockBackend closed = another();
        closed.ping();
        closed.close();

        LockException e = catchThrowableOfType(LockException.class, closed::ping);

        assertThat(e).as("OPT-7 a ping of a closed backend must fail").isNotNull();
        assertThat(e.code()).as("OPT-3 the code of: %s", e).isEqualTo(LockErrorCode.ABORTED);
    }

    @Test
    @DisplayName(
            "OPT-7, OPT-1, OPT-4 a ping that is given up, by an interrupt or by cancelling its future, ends at once")
    default void pingGivenUp() {
        view().pingGivenUp(backend());
    }
}

package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockKey;
import io.syncguard.spi.LockBackend;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Asking the server for a sign of life. */
interface PingRules extends BackendUnderTest {
    /**
     * Tests that lock the reserved key, which they have in common, run one after another. Not by JUnit's locks on resources, for which all
     * tests of a view would run on one thread.
     */
    ReentrantLock RESERVED_KEY = new ReentrantLock();

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
        RESERVED_KEY.lock();
        try {
            checkLocks();
        } finally {
            RESERVED_KEY.unlock();
        }
    }

    private void checkLocks() {
        LockBackend backend = backend();
        Held other = Held.take(backend, key());
        backend.ping();
        assertThat(backend.isLocked(LockBackend.PING_KEY))
                .as("OPT-7 a lock on the reserved key after a ping")
                .isFalse();
        LockKey reserved = LockBackend.PING_KEY;
        Held first = Held.take(backend, reserved);
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
        RESERVED_KEY.lock();
        try {
            checkCounter();
        } finally {
            RESERVED_KEY.unlock();
        }
    }

    private void checkCounter() {
        LockBackend backend = backend();
        Held first = takeAhead(LockBackend.PING_KEY);
        try {
            backend.ping();
        } finally {
            var unused = backend.release(first.id());
        }
        backend.ping();

        Held second = Held.take(backend, LockBackend.PING_KEY);
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
        assertThat(e.code()).as("OPT-3 the code").isEqualTo(LockErrorCode.ABORTED);
    }

    @Test
    @DisplayName(
            "OPT-7, OPT-1, OPT-4 a ping that is given up, by an interrupt or by cancelling its future, ends at once")
    default void pingGivenUp() {
        view().pingGivenUp(backend());
    }
}

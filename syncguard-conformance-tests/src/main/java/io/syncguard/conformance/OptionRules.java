package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.spi.LockBackend;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Interrupts and the end of a backend. */
interface OptionRules extends BackendUnderTest {

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "OPT-1, OPT-4, ACQ-4, ERR-1 a call given up, by an interrupt or by cancelling its future, ends with ABORTED at once")
    default void givenUp(Operation operation) {
        view().givenUp(this, operation);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("OPT-3, OPT-4, ERR-1 a closed backend refuses every operation with ABORTED, and has changed nothing")
    default void closed(Operation operation) {
        LockBackend closed = another();
        Held held = Held.take(closed, key());
        closed.close();

        LockException e =
                catchThrowableOfType(LockException.class, () -> operation.findsLive(closed, held.key(), held.id()));

        assertThat(e).as("OPT-3 %s on a closed backend must fail", operation).isNotNull();
        assertThat(e.code()).as("OPT-3 the code of: %s", e).isEqualTo(LockErrorCode.ABORTED);
        assertThat(e.isOutcomeUnknown())
                .as("ERR-1 whether %s on a closed backend may have taken effect", operation)
                .isFalse();
        assertThat(backend().isLocked(held.key()))
                .as("OPT-3 the lock, which outlives the backend it was taken through")
                .isTrue();
    }

    @Test
    @DisplayName("OPT-3, ACQ-4 a closed backend refuses to abandon with ABORTED, and has changed nothing")
    default void abandonOfClosed() {
        LockBackend closed = another();
        Held held = Held.take(closed, key());
        closed.close();

        LockException e =
                catchThrowableOfType(LockException.class, () -> closed.abandon(held.key(), held.id(), Held.LONG));

        assertThat(e).as("OPT-3 abandoning on a closed backend must fail").isNotNull();
        assertThat(e.code()).as("OPT-3 the code of: %s", e).isEqualTo(LockErrorCode.ABORTED);
        assertThat(backend().isLocked(held.key()))
                .as("OPT-3 the lock that a closed backend did not abandon")
                .isTrue();
    }

    @Test
    @DisplayName(
            "OPT-1, OPT-4, ACQ-4 abandoning on an interrupted thread is refused, or takes no notice if asynchronous")
    default void abandonGivenUp() {
        view().abandonGivenUp(backend(), Held.take(backend(), key()));
    }

    @Test
    @DisplayName(
            "OPT-3 a backend can be closed on an interrupted thread, which stays interrupted, and leaves no thread")
    default void closedOnAnInterruptedThread() throws InterruptedException {
        // What a client starts once for the life of the JVM is no leak.
        closeInterrupted(another());

        Threads.endAfter(
                "OPT-3 the threads of a backend that was closed on an interrupted thread have ended",
                () -> closeInterrupted(another()));
    }

    private void closeInterrupted(LockBackend backend) {
        Held.take(backend, key()).release(backend);
        backend.async().ping().join();
        Throwable thrown;
        boolean flag;
        Thread.currentThread().interrupt();
        try {
            thrown = catchThrowable(backend::close);
        } finally {
            flag = Thread.interrupted();
        }
        assertThat(thrown)
                .as("OPT-3 what a close on an interrupted thread throws")
                .isNull();
        assertThat(flag)
                .as("OPT-3 the interrupt flag after a close on an interrupted thread")
                .isTrue();
    }

    @Test
    @DisplayName("OPT-3 closing twice does no harm, and capabilities are told even then")
    default void closingTwice() {
        LockBackend closed = another();
        closed.close();
        closed.close();

        assertThat(closed.capabilities().name())
                .as("OPT-3 the name of a closed backend")
                .isNotBlank();
    }

    @Test
    @DisplayName("OPT-3 closing one backend leaves the others")
    default void othersGoOn() {
        LockBackend going = backend();
        Held held = Held.take(going, key());
        LockBackend closed = another();
        assertThat(closed.isLocked(held.key()))
                .as("CHK-1 while held, to another backend")
                .isTrue();

        closed.close();

        held.release(going);
    }

    @Test
    @DisplayName("OPT-3 no thread is left after close")
    default void leavesNoThread() throws InterruptedException {
        // What a client starts once for the life of the JVM is no leak.
        use(another());

        Threads.endAfter("OPT-3 the threads a backend started have ended after its close", () -> use(another()));
    }

    private void use(LockBackend backend) {
        Held held = Held.take(backend, key());
        held.release(backend);
        assertThat(backend.lookup(LockId.random()))
                .as("LKP-1 by an id nobody used")
                .isEmpty();
        backend.close();
    }
}

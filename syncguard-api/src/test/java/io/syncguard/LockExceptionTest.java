package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LockExceptionTest {
    @Test
    @DisplayName("ERR-1 it names code, operation and lock, keeps the cause, and says whether the outcome is known")
    void parts() {
        Exception cause = new Exception("connection reset");

        LockException e = LockException.outcomeUnknown(
                LockErrorCode.NETWORK_TIMEOUT, LockOperation.IS_LOCKED, "ba7816bf8f01cfea414140de", "no answer", cause);

        assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
        assertThat(e.operation()).isEqualTo(LockOperation.IS_LOCKED);
        assertThat(e.lockFingerprint()).contains("ba7816bf8f01cfea414140de");
        assertThat(e.isOutcomeUnknown()).isTrue();
        assertThat(e)
                .hasCause(cause)
                .hasMessage("NETWORK_TIMEOUT during is-locked [lock ba7816bf8f01cfea414140de]: no answer");
    }

    @Test
    @DisplayName("ERR-1 where a guarded resource is concerned it says so")
    void resource() {
        LockException e = LockException.failed(
                LockErrorCode.INTERNAL, LockOperation.GUARDED_WRITE, "ba7816bf8f01cfea414140de", "not ours", null);

        assertThat(e).hasMessage("INTERNAL during guarded-write [resource ba7816bf8f01cfea414140de]: not ours");
    }

    @Test
    @DisplayName("ERR-1 an invalid argument concerns no lock and has changed nothing")
    void invalidArgument() {
        LockException e = LockException.invalidArgument("too long");

        assertThat(e.operation()).isEqualTo(LockOperation.VALIDATE);
        assertThat(e.lockFingerprint()).isEmpty();
        assertThat(e.isOutcomeUnknown()).isFalse();
    }
}

package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
    @DisplayName("ERR-1 where a fenced resource is concerned it says so")
    void resource() {
        LockException e = LockException.failed(
                LockErrorCode.INTERNAL, LockOperation.FENCED_WRITE, "ba7816bf8f01cfea414140de", "not ours", null);

        assertThat(e).hasMessage("INTERNAL during fenced-write [resource ba7816bf8f01cfea414140de]: not ours");
    }

    @Test
    @DisplayName("ERR-1 an invalid argument concerns no lock and has changed nothing")
    void invalidArgument() {
        LockException e = LockException.invalidArgument("too long");

        assertThat(e.operation()).isEqualTo(LockOperation.VALIDATE);
        assertThat(e.lockFingerprint()).isEmpty();
        assertThat(e.isOutcomeUnknown()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(LockErrorCode.class)
    @DisplayName("ERR-1 each code has one type, and says whether a repetition may help")
    void types(LockErrorCode code) {
        LockException e = LockException.failed(code, LockOperation.ACQUIRE, null, "scripted", null);

        Class<?> type =
                switch (code) {
                    case SERVICE_UNAVAILABLE, NETWORK_TIMEOUT, RATE_LIMITED -> BackendUnavailableException.class;
                    case AUTH_FAILED -> AuthenticationFailedException.class;
                    case INVALID_ARGUMENT -> InvalidArgumentException.class;
                    case ACQUISITION_TIMEOUT -> AcquisitionTimeoutException.class;
                    case LOCK_LOST -> LockLostException.class;
                    case ABORTED -> LockAbortedException.class;
                    case INTERNAL -> LockException.class;
                };
        assertThat(e).isExactlyInstanceOf(type);
        assertThat(e.code()).isEqualTo(code);
        assertThat(e.isRetryable())
                .isEqualTo(type == BackendUnavailableException.class || type == AcquisitionTimeoutException.class);
    }

    @Test
    @DisplayName("ERR-1 a guard adds the lock's name and the key's fingerprint, and everything else stays")
    void about() {
        Exception cause = new Exception("connection reset");
        LockException ofId = LockException.outcomeUnknown(
                LockErrorCode.NETWORK_TIMEOUT, LockOperation.RELEASE, "1".repeat(24), "no answer", cause);
        ofId.addSuppressed(new IllegalStateException("beside it"));

        LockException named = ofId.about("charge-payment", "2".repeat(24));

        assertThat(named)
                .isExactlyInstanceOf(BackendUnavailableException.class)
                .hasCause(cause)
                .hasMessage("NETWORK_TIMEOUT during release [lock charge-payment " + "2".repeat(24) + "]: no answer");
        assertThat(named.lockName()).contains("charge-payment");
        assertThat(named.lockFingerprint()).contains("2".repeat(24));
        assertThat(named.isOutcomeUnknown()).isTrue();
        assertThat(named.getStackTrace()).isEqualTo(ofId.getStackTrace());
        assertThat(named.getSuppressed()).hasExactlyElementsOfTypes(IllegalStateException.class);
        assertThat(named.about("charge-payment", "2".repeat(24))).isSameAs(named);
        LockException invalid = LockException.invalidArgument("too long");
        assertThat(invalid.about("charge-payment", "2".repeat(24)))
                .as("no lock is concerned")
                .isSameAs(invalid);
    }

    @Test
    @DisplayName(
            "ERR-1 the failure of a request for several locks becomes that of each of them, and everything else stays")
    void concerning() {
        Exception cause = new Exception("connection reset");
        LockException ofSeveral = LockException.outcomeUnknown(
                LockErrorCode.NETWORK_TIMEOUT, LockOperation.EXTEND, null, "no answer", cause);

        LockException ofOne = ofSeveral.concerning("1".repeat(24));

        assertThat(ofOne)
                .isExactlyInstanceOf(BackendUnavailableException.class)
                .hasCause(cause)
                .hasMessage("NETWORK_TIMEOUT during extend [lock " + "1".repeat(24) + "]: no answer");
        assertThat(ofOne.isOutcomeUnknown()).isTrue();
        assertThat(ofOne.concerning("1".repeat(24))).isSameAs(ofOne);
        assertThat(ofOne.about("charge-payment", "2".repeat(24))
                        .concerning("3".repeat(24))
                        .lockName())
                .contains("charge-payment");
    }
}

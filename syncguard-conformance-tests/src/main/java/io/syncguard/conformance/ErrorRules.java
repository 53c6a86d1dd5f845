package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.spi.LockBackend;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What failures look like. Which failures a server can have is for each backend's own tests. */
interface ErrorRules extends BackendUnderTest {

    @ParameterizedTest
    @EnumSource
    @DisplayName("ERR-1, KEY-8 a failure names its operation and a fingerprint, and neither the raw key nor the raw id")
    default void namesTheOperation(Operation operation) {
        LockBackend closed = another();
        Held held = Held.take(closed, key());
        closed.close();

        LockException e =
                catchThrowableOfType(LockException.class, () -> operation.findsLive(closed, held.key(), held.id()));

        assertThat(e).as("ERR-1 %s on a closed backend must fail", operation).isNotNull();
        assertThat(e.operation()).as("ERR-1 the operation it names, of: %s", e).isEqualTo(operation.named());
        assertThat(e.lockFingerprint().orElse("none"))
                .as("ERR-1 the fingerprint that the failure of %s names, of the key or of the id", operation)
                .isIn(held.key().fingerprint(), held.id().fingerprint());
        assertWithoutRawValues(e, held.key(), held.id());
    }

    /** Asserts that no text of a failure has the key or the id. */
    static void assertWithoutRawValues(LockException e, LockKey key, LockId id) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            assertThat(String.valueOf(t)).as("KEY-8 the text of the failure").doesNotContain(key.value(), id.value());
        }
    }
}

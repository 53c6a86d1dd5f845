package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.spi.LockBackend;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The lines that a backend writes to logs. */
interface LogRules extends BackendUnderTest {

    @Test
    @DisplayName("KEY-8 nothing that a backend logs or prints has a raw key or a raw id")
    default void hidesRawValues() throws InterruptedException {
        LockBackend closed = another();
        LockKey key = key();
        LockId first = closed.newLockId(key);
        LockId second = closed.newLockId(key);

        String written = WrittenLines.during(loggers(), () -> {
            useUp(closed, key, first, second);
            closed.close();
            for (Operation each : Operation.values()) {
                assertThat(catchThrowable(() -> each.findsLive(closed, key, first)))
                        .as("OPT-3 %s on a closed backend must fail", each)
                        .isNotNull();
            }
        });

        assertThat(written.contains(key.value()))
                .as("KEY-8 whether a raw key was logged, which the lines that were logged tell: %s", written)
                .isFalse();
        assertThat(written.contains(first.value()) || written.contains(second.value()))
                .as("KEY-8 whether a raw id was logged, which the lines that were logged tell: %s", written)
                .isFalse();
    }

    private static void useUp(LockBackend backend, LockKey key, LockId first, LockId second) {
        Held held = Held.take(backend, key, first, Held.LONG);
        for (Operation each : Operation.values()) {
            boolean unused = each.findsLive(backend, key, second);
        }
        Thread.currentThread().interrupt();
        try {
            Throwable unused = catchThrowable(() -> backend.release(first));
        } finally {
            boolean unused = Thread.interrupted();
        }
        backend.abandon(key, second, Held.LONG);
        List<?> unused = List.of(
                backend.extend(held.id(), Held.LONG),
                backend.lookup(held.id()),
                backend.release(held.id()),
                backend.release(held.id()));
    }
}

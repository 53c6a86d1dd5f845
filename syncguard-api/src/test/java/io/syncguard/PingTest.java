package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.LockEvent.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PingTest {
    private final ScriptedBackend backend = new ScriptedBackend();
    private final List<LockEvent> events = new CopyOnWriteArrayList<>();
    private final SyncGuard guard =
            SyncGuard.using(backend, GuardOptions.defaults().withListener(new LockListener() {
                @Override
                public void operationEnded(LockEvent event) {
                    events.add(event);
                }
            }));

    @Test
    @DisplayName("OPT-7, TEL-1 a ping is one request in either view, and tells how long it took")
    void answers() {
        try (guard) {
            assertThat(guard.ping()).isGreaterThanOrEqualTo(Duration.ZERO);
            assertThat(guard.async().ping().join()).isGreaterThanOrEqualTo(Duration.ZERO);
            assertThat(backend.calls).hasSize(2);
        }

        assertThat(events).hasSize(2).allSatisfy(event -> {
            assertThat(event.operation()).isEqualTo(LockOperation.PING);
            assertThat(event.outcome()).isEqualTo(Outcome.SUCCEEDED);
            assertThat(event.lock()).isEmpty();
        });
    }

    @Test
    @DisplayName("OPT-7 a ping fails in either view as any other call does")
    void fails() {
        backend.question = ScriptedBackend.failing(LockErrorCode.SERVICE_UNAVAILABLE, false);
        try (guard) {
            assertThatThrownBy(guard::ping).isInstanceOf(BackendUnavailableException.class);
            assertThatThrownBy(() -> guard.async().ping().join())
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(BackendUnavailableException.class);
        }

        assertThat(events).hasSize(2).allSatisfy(event -> assertThat(event.reason())
                .contains(LockErrorCode.SERVICE_UNAVAILABLE));
    }
}

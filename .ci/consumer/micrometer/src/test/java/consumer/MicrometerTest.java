package consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.syncguard.GuardOptions;
import io.syncguard.SyncGuard;
import io.syncguard.micrometer.LockMeters;
import org.junit.jupiter.api.Test;

class MicrometerTest {
    @Test
    void metersAHeldLock() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        LockMeters meters = LockMeters.create();
        meters.bindTo(registry);
        try (SyncGuard guard = SyncGuard.connect("memory:", GuardOptions.defaults().withObserver(meters))) {
            guard.run("job", () -> assertThat(registry.get("syncguard.locks.held").gauge().value())
                    .isEqualTo(1));
        }
    }
}

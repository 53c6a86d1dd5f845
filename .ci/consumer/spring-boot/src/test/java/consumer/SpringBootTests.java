package consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.SyncGuard;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.test.context.SpringBootTest;

@SpringBootTest(properties = "syncguard.uri=memory:")
class SpringBootTests {
    @Autowired
    private SyncGuard guard;

    @Test
    void theGuardOfTheApplicationLocks() {
        assertThat(guard.tryRun("job", () -> assertThat(guard.isLocked("job")).isTrue()))
                .isTrue();
    }

    @SpringBootApplication
    static class Application {}
}

package io.syncguard.redis.jedis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.LockException;
import io.syncguard.SyncGuard;
import io.syncguard.redis.tests.Await;
import io.syncguard.redis.tests.SilentListeners;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sentinels that accept connections and answer nothing. */
@Timeout(120)
class SilentSentinelsTest {
    private static final int CALLS = 8;

    @Test
    @DisplayName("RDS-16, OPT-1 calls that are interrupted while silent sentinels are asked leave no connection behind")
    void interrupted() throws IOException, InterruptedException {
        try (SilentListeners sentinels = new SilentListeners(3)) {
            try (SyncGuard guard = SyncGuard.connect(
                    "redis-sentinel+jedis://" + sentinels.addresses() + "?operationTimeoutMillis=20000")) {
                for (int i = 0; i < CALLS; i++) {
                    int before = sentinels.accepted();
                    Thread caller = new Thread(() -> {
                        LockException unused =
                                catchThrowableOfType(LockException.class, () -> guard.run("job", () -> {}));
                    });
                    caller.start();
                    Await.until("a sentinel is asked", () -> sentinels.accepted() > before);
                    caller.interrupt();
                    caller.join(TimeUnit.SECONDS.toMillis(30));
                    assertThat(caller.isAlive()).isFalse();
                }
                Await.until("no connection is open", () -> sentinels.open() == 0);
            }
        }
    }
}

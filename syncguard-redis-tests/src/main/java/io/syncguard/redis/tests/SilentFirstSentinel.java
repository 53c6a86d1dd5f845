package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockException;
import io.syncguard.SyncGuard;
import io.syncguard.testservers.RedisTestServer;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The sentinel that a URI names first accepts connections and answers nothing: the others are asked. */
@Timeout(300)
public abstract class SilentFirstSentinel {
    private static final Duration OPERATION = Duration.ofSeconds(6);
    private static final Duration CONNECT = Duration.ofSeconds(24);

    /** What a busy machine may add. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    /** Returns how URIs of sentinels begin that this client opens. */
    protected abstract String scheme();

    @Test
    @DisplayName("RDS-16, RDS-17, OPT-2 the first call succeeds in time, and so do calls once another is master")
    protected void othersAreAsked() {
        try (SentinelGroup group = new SentinelGroup()) {
            group.silenceFirstSentinel();
            try (SyncGuard guard = SyncGuard.connect(scheme() + "://" + group.sentinels() + "?operationTimeoutMillis="
                    + OPERATION.toMillis() + "&connectTimeoutMillis=" + CONNECT.toMillis())) {
                assertThat(guard.isLocked("job")).isFalse();
                guard.run("job", () -> {});

                RedisTestServer dead = group.master();
                dead.kill();
                Await.within(
                        SentinelGroup.PATIENCE, "there is another master", () -> group.masterPort() != dead.port());

                Await.within(OPERATION.multipliedBy(2).plus(SLACK), "a call succeeds", () -> succeeds(guard));
            }
        }
    }

    private static boolean succeeds(SyncGuard guard) {
        try {
            guard.run("job", () -> {});
            return true;
        } catch (LockException away) {
            return false;
        }
    }
}

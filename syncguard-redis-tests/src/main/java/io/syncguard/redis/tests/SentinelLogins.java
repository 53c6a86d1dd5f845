package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.SyncGuard;
import io.syncguard.testservers.RedisTestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A sentinel and a master that each have a password of their own. */
public abstract class SentinelLogins {
    private static RedisTestServer master;
    private static RedisTestServer sentinel;

    /** Returns how URIs of sentinels begin that this client opens. */
    protected abstract String scheme();

    @BeforeAll
    static void start() {
        master = RedisTestServer.start("--requirepass", "of-master");
        sentinel = RedisTestServer.startSentinel(
                "sentinel monitor locks 127.0.0.1 " + master.port() + " 1",
                "sentinel auth-pass locks of-master",
                "requirepass of-sentinel");
    }

    @AfterAll
    static void stop() {
        sentinel.close();
        master.close();
    }

    private SyncGuard connect(String masterPassword, String parameters) {
        return SyncGuard.connect(
                PatientUri.of(scheme() + "://:" + masterPassword + "@127.0.0.1:" + sentinel.port() + "?" + parameters));
    }

    @Test
    @DisplayName("RDS-16 each of them is shown its own password")
    protected void passwords() {
        try (SyncGuard guard = connect("of-master", "master=locks&sentinelPassword=of-sentinel")) {
            assertThat(guard.call("job", HeldLock::isHeld)).isTrue();
        }
    }

    @Test
    @DisplayName("RDS-16, ERR-2 a wrong password, and a master nobody knows, end each call, and are told")
    protected void wrong() {
        assertThat(failure("of-sentinel", "master=locks&sentinelPassword=of-sentinel")
                        .code())
                .isEqualTo(LockErrorCode.AUTH_FAILED);
        assertThat(failure("of-master", "master=locks&sentinelPassword=of-master")
                        .code())
                .isIn(LockErrorCode.AUTH_FAILED, LockErrorCode.SERVICE_UNAVAILABLE);
        LockException unknown = failure("of-master", "master=others&sentinelPassword=of-sentinel");
        assertThat(unknown.code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
        assertThat(unknown).hasStackTraceContaining("others");
    }

    private LockException failure(String masterPassword, String parameters) {
        try (SyncGuard guard = connect(masterPassword, parameters)) {
            return catchThrowableOfType(LockException.class, () -> guard.isLocked("job"));
        }
    }
}

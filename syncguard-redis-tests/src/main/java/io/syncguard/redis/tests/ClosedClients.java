package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.RedisTestServer;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that the application has handed in and closes while a guard still uses them. */
@Timeout(180)
public abstract class ClosedClients {
    private static final Duration TTL = Duration.ofSeconds(30);
    private static final RedisOptions PATIENT = RedisOptions.defaults().withOperationTimeout(Duration.ofSeconds(20));

    /**
     * A client of the application's.
     *
     * @param closing closes it
     */
    public record Client(LockBackend backend, Runnable closing) {}

    /** Returns a backend on a client for the server on a port. */
    protected abstract Client client(int port, RedisOptions options);

    @Test
    @DisplayName(
            "ERR-1 a client that the application has closed is SERVICE_UNAVAILABLE, which says so, in both views, each time")
    protected void closed() {
        try (RedisTestServer server = RedisTestServer.start()) {
            Client client = client(server.port(), PATIENT);
            try (SyncGuard guard = SyncGuard.using(client.backend())) {
                HeldLock held = guard.tryAcquire("held", LockOptions.defaults().withTtl(TTL))
                        .orElseThrow();
                client.closing().run();

                for (int i = 0; i < 3; i++) {
                    assertTold(catchThrowable(
                            () -> guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL))));
                    assertTold(catchThrowable(() ->
                            guard.async().isLocked("job").toCompletableFuture().join()));
                }
                assertTold(catchThrowable(held::release));
            }
        }
    }

    @Test
    @DisplayName("ERR-1 a server that is down is no closed client")
    protected void serverDown() {
        try (RedisTestServer server = RedisTestServer.start()) {
            Client client = client(server.port(), RedisOptions.defaults());
            try (SyncGuard guard = SyncGuard.using(client.backend())) {
                Await.connected(guard);
                server.kill();
                LockException e = catchThrowableOfType(
                        LockException.class,
                        () -> guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL)));
                assertThat(e.code()).isIn(LockErrorCode.SERVICE_UNAVAILABLE, LockErrorCode.NETWORK_TIMEOUT);
                assertThat(e).hasMessageNotContaining("closed by the application");
            }
            client.closing().run();
        }
    }

    private static void assertTold(Throwable thrown) {
        LockException e = LockException.within(thrown).orElseThrow();
        assertThat(e.code()).as("%s", e).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
        assertThat(e).hasMessageContaining("closed by the application");
    }
}

package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.LockException;
import io.syncguard.SyncGuard;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sentinels, and other servers, that accept connections and answer nothing: who gives up leaves no connection behind. */
@Timeout(180)
public abstract class SilentSentinels {
    private static final int TIMES = 10;

    /** Far beyond what a test waits. */
    private static final String NEVER = "?operationTimeoutMillis=3600000&connectTimeoutMillis=3600000";

    private final String client;
    private final int keptOpen;

    /**
     * @param client as in the scheme of a URI
     * @param keptOpen how many connections are still being opened when the call that wanted one has ended
     */
    protected SilentSentinels(String client, int keptOpen) {
        this.client = client;
        this.keptOpen = keptOpen;
    }

    private SyncGuard guard(String scheme, SilentListeners servers) {
        String addresses = servers.addresses();
        boolean several = scheme.contains("-");
        return SyncGuard.connect(scheme + "+" + client + "://"
                + (several ? addresses : addresses.substring(0, addresses.indexOf(','))) + NEVER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis-sentinel", "rediss-sentinel"})
    @DisplayName("RDS-16, OPT-1 calls that are interrupted while silent sentinels are asked leave no connection behind")
    protected void interrupted(String scheme) throws IOException, InterruptedException {
        try (SilentListeners servers = new SilentListeners(3)) {
            try (SyncGuard guard = guard(scheme, servers)) {
                for (int i = 0; i < TIMES; i++) {
                    Thread caller = new Thread(() -> {
                        LockException unused =
                                catchThrowableOfType(LockException.class, () -> guard.run("job", () -> {}));
                    });
                    caller.start();
                    Await.until("a sentinel is asked", () -> servers.open() > 0);
                    caller.interrupt();
                    caller.join(TimeUnit.SECONDS.toMillis(30));
                    assertThat(caller.isAlive()).isFalse();
                    Await.until("no connection is open in vain", () -> servers.open() <= keptOpen);
                }
            }
            Await.until("no connection is open", () -> servers.open() == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis-sentinel", "rediss-sentinel", "redis", "rediss", "redis-cluster", "rediss-cluster"})
    @DisplayName("OPT-3 closing ends connections that are being opened, and opens no others")
    protected void closed(String scheme) throws IOException {
        try (SilentListeners servers = new SilentListeners(3)) {
            for (int i = 0; i < TIMES; i++) {
                int before = servers.accepted();
                CompletableFuture<Boolean> call;
                try (SyncGuard guard = guard(scheme, servers)) {
                    call = guard.async().isLocked("job");
                    Await.until("a server is asked", () -> servers.accepted() > before);
                }
                assertThat(call).isCompletedExceptionally();
                Await.until("no connection is open", () -> servers.open() == 0);
            }
        }
    }
}

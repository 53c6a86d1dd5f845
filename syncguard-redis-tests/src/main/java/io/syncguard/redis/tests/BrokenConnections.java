package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.AsyncHeldLock;
import io.syncguard.SyncGuard;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.FaultProxy;
import io.syncguard.testservers.RedisTestServer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;

/**
 * Connections that break while requests are under way on them: all are sent again (RDS-5). For clients that share a connection: one that
 * opens others may have to do so while replies are swallowed. {@link LostReplies} is for those.
 */
@Timeout(180)
public abstract class BrokenConnections {
    private static final int TIMES = 10;

    /** How a connection breaks. */
    enum Break {
        CLOSED {
            @Override
            void all(FaultProxy proxy) {
                proxy.cutAll();
            }
        },
        RESET {
            @Override
            void all(FaultProxy proxy) {
                proxy.resetAll();
            }
        };

        abstract void all(FaultProxy proxy);
    }

    /** Returns how many requests this client has under way on a connection. */
    protected abstract int requests();

    /** Returns a backend for a server, whose calls have time enough. */
    protected abstract LockBackend open(int port);

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "RDS-5, ACQ-4 requests that are under way when their connection breaks are sent again, the first one too")
    protected void sentAgain(Break how) {
        try (RedisTestServer server = RedisTestServer.start();
                FaultProxy proxy = new FaultProxy(server.port());
                Jedis admin = new Jedis("127.0.0.1", server.port());
                SyncGuard guard = SyncGuard.using(open(proxy.port()))) {
            Await.connected(guard);
            guard.run("warm-up", () -> {});
            for (int time = 0; time < TIMES; time++) {
                proxy.swallowReplies(true);
                List<CompletableFuture<AsyncHeldLock>> acquires = acquires(guard, time);
                String[] locks = keys(time).map(key -> "syncguard:" + key).toArray(String[]::new);
                Await.until("the server has granted one", () -> admin.exists(locks) > 0);
                proxy.swallowReplies(false);

                how.all(proxy);

                acquires.forEach(acquire -> {
                    AsyncHeldLock lock = acquire.join();
                    assertThat(lock.isHeld()).isTrue();
                    assertThat(lock.release().join()).isTrue();
                });
            }
        }
    }

    private List<CompletableFuture<AsyncHeldLock>> acquires(SyncGuard guard, int time) {
        return keys(time).map(key -> guard.async().acquire(key)).toList();
    }

    private Stream<String> keys(int time) {
        return IntStream.range(0, requests()).mapToObj(i -> "job-" + time + "-" + i);
    }
}

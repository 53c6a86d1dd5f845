package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.Ttl;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.RedisTestServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/** A server whose memory is full and that evicts nothing: it refuses new locks, and keeps those that are held (RDS-18). */
@Timeout(120)
public abstract class FullMemory {
    private static final Duration TTL = Duration.ofSeconds(4);
    private static final Duration LONG = Duration.ofMinutes(1);

    private final RedisTestServer server = RedisTestServer.start("--maxmemory-policy", "noeviction");
    private final Jedis admin = new Jedis("127.0.0.1", server.port());
    private LockBackend backend;
    private SyncGuard guard;

    /** Returns a backend opened by a {@code redis://} URI, which the test closes. */
    protected abstract LockBackend open(String uri);

    @BeforeEach
    protected void connect() {
        backend = open(PatientUri.of(server.uri()));
        guard = SyncGuard.using(backend);
        Await.connected(guard);
    }

    @AfterEach
    protected void close() {
        guard.close();
        admin.close();
        server.close();
    }

    private void fillMemory() {
        admin.configSet("maxmemory", "1");
    }

    private void freeMemory() {
        admin.configSet("maxmemory", "0");
    }

    @Test
    @DisplayName("RDS-18, HLD-1 a heartbeat goes on, and extension and release succeed")
    protected void heldLocksAreKept() {
        HeldLock beating =
                guard.acquire("beating", LockOptions.defaults().withTtl(TTL).withHeartbeat());
        HeldLock held = guard.acquire("held", LockOptions.defaults().withTtl(LONG));
        fillMemory();
        long begun = System.nanoTime();

        Await.until("two ttls have passed", () -> System.nanoTime() - begun > 2 * TTL.toNanos());

        assertThat(beating.isHeld()).isTrue();
        assertThat(held.extend(LONG)).isTrue();
        assertThat(held.release()).isTrue();
        assertThat(beating.release()).isTrue();
    }

    @Test
    @DisplayName("RDS-18 an acquire is SERVICE_UNAVAILABLE and leaves nothing, and succeeds once there is memory again")
    protected void acquireIsRefused() {
        fillMemory();

        LockException e = catchThrowableOfType(
                LockException.class,
                () -> guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL)));

        assertThat(e.code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
        assertThat(e.isOutcomeUnknown()).isFalse();
        assertThat(admin.keys("*")).isEmpty();
        freeMemory();
        assertThat(guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL))).isPresent();
    }

    @Test
    @DisplayName("RDS-18, ACQ-4 abandoning frees the lock, and refuses the acquire should it come again")
    protected void abandoning() {
        LockKey key = LockKey.of("job");
        Ttl ttl = Ttl.of(LONG);
        LockId id = backend.newLockId(key);
        LockId late = backend.newLockId(key);
        assertThat(backend.acquire(key, id, ttl)).isNotNull();
        fillMemory();

        backend.abandon(key, id, ttl);
        backend.abandon(key, late, ttl);

        assertThat(backend.isLocked(key)).isFalse();
        freeMemory();
        for (LockId abandoned : new LockId[] {id, late}) {
            assertThat(catchThrowableOfType(LockException.class, () -> {
                        var unused = backend.acquire(key, abandoned, ttl);
                    }))
                    .isNotNull();
        }
    }
}

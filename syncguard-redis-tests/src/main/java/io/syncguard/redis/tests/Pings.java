package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.abort;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.testservers.RedisTestServer;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** What a ping finds out about a server: whether it would grant a lock (OPT-7). */
@Timeout(180)
public abstract class Pings {
    /** The view that pings. */
    protected enum View {
        BLOCKING {
            @Override
            void ping(SyncGuard guard) {
                var unused = guard.ping();
            }
        },
        ASYNC {
            @Override
            void ping(SyncGuard guard) {
                try {
                    var unused = guard.async().ping().join();
                } catch (CompletionException e) {
                    throw LockException.within(e).orElseThrow();
                }
            }
        };

        abstract void ping(SyncGuard guard);
    }

    private final String client;
    private final RedisTestServer server = RedisTestServer.start();

    /**
     * @param client as in the scheme of a URI
     */
    protected Pings(String client) {
        this.client = client;
    }

    @AfterEach
    protected void close() {
        server.close();
    }

    private SyncGuard guard(String login, String server) {
        return SyncGuard.connect(PatientUri.of("redis+" + client + "://" + login + server));
    }

    private SyncGuard guard() {
        return guard("", "127.0.0.1:" + server.port());
    }

    private static LockException failure(View view, SyncGuard guard) {
        LockException e = catchThrowableOfType(LockException.class, () -> view.ping(guard));
        assertThat(e).as("a failure").isNotNull();
        assertThat(e.operation()).isEqualTo(LockOperation.PING);
        assertThat(e.isOutcomeUnknown())
                .as("whether it may have done something")
                .isFalse();
        return e;
    }

    @ParameterizedTest
    @EnumSource(View.class)
    @DisplayName("OPT-7, RDS-25 a ping opens a connection and writes nothing")
    protected void writesNothing(View view) {
        try (SyncGuard guard = guard();
                Jedis admin = new Jedis("127.0.0.1", server.port())) {
            view.ping(guard);
            view.ping(guard);

            assertThat(admin.keys("*")).isEmpty();
            assertThat(admin.clientList().lines()).as("this one, and ours").hasSizeGreaterThan(1);
        }
    }

    @ParameterizedTest
    @EnumSource(View.class)
    @DisplayName("OPT-7, ERR-1 a wrong password is AUTH_FAILED")
    protected void wrongPassword(View view) {
        try (RedisTestServer secured = RedisTestServer.start("--requirepass", "right");
                SyncGuard guard = guard(":wrong@", "127.0.0.1:" + secured.port())) {
            assertThat(failure(view, guard).code()).isEqualTo(LockErrorCode.AUTH_FAILED);
        }
    }

    @ParameterizedTest
    @EnumSource(View.class)
    @DisplayName("OPT-7 a server that is away is SERVICE_UNAVAILABLE, and is found again when it is back")
    protected void serverIsAway(View view) {
        try (SyncGuard guard = guard()) {
            view.ping(guard);
            server.kill();

            Await.until("a ping fails because nobody is there", () -> isUnavailable(view, guard));

            server.restart();
            Await.until("a ping succeeds", () -> !isUnavailable(view, guard));
        }
    }

    /** While a connection is being replaced, a ping may have been sent or not. */
    private static boolean isUnavailable(View view, SyncGuard guard) {
        LockException e = catchThrowableOfType(LockException.class, () -> view.ping(guard));
        assertThat(e == null
                        || e.code() == LockErrorCode.SERVICE_UNAVAILABLE
                        || e.code() == LockErrorCode.NETWORK_TIMEOUT)
                .as("%s", e)
                .isTrue();
        return e != null;
    }

    @ParameterizedTest
    @EnumSource(View.class)
    @DisplayName(
            "OPT-7, RDS-16 a server that is no master any more is SERVICE_UNAVAILABLE, and its connection is given up")
    protected void demoted(View view) {
        try (SyncGuard guard = guard();
                Jedis admin = new Jedis("127.0.0.1", server.port())) {
            view.ping(guard);
            admin.replicaof("127.0.0.1", 1);
            Set<String> before = ServerFailures.connections(admin);

            assertThat(failure(view, guard).code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);

            Await.until("the connection is closed", () -> !ServerFailures.connections(admin)
                    .containsAll(before));
            admin.replicaofNoOne();
            view.ping(guard);
        }
    }

    @ParameterizedTest
    @EnumSource(View.class)
    @DisplayName("OPT-7, RDS-18, RDS-25 a server whose memory is full is SERVICE_UNAVAILABLE, as it is to an acquire")
    protected void fullMemory(View view) {
        try (SyncGuard guard = guard();
                Jedis admin = new Jedis("127.0.0.1", server.port())) {
            view.ping(guard);
            admin.configSet("maxmemory-policy", "noeviction");
            admin.configSet("maxmemory", "1");

            assertThat(failure(view, guard).code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
            assertThat(catchThrowableOfType(LockException.class, () -> guard.tryAcquire("job", LockOptions.defaults()))
                            .code())
                    .isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
        }
    }

    @ParameterizedTest
    @EnumSource(View.class)
    @DisplayName("OPT-7 a user who may not write under the prefix is AUTH_FAILED")
    protected void notAllowed(View view) {
        try (Jedis admin = new Jedis("127.0.0.1", server.port())) {
            admin.aclSetUser("reader", "on", ">secret", "%R~*", "+@all");
        } catch (JedisException beforeRedis7) {
            abort("this Redis knows no users who may only read");
        }
        try (SyncGuard guard = guard("reader:secret@", "127.0.0.1:" + server.port())) {
            assertThat(failure(view, guard).code()).isEqualTo(LockErrorCode.AUTH_FAILED);
        }
    }

    @ParameterizedTest
    @EnumSource(View.class)
    @DisplayName("OPT-7, RDS-25 a user without the command that writes counters is AUTH_FAILED, as for an acquire")
    protected void mayNotSet(View view) {
        try (Jedis admin = new Jedis("127.0.0.1", server.port())) {
            admin.aclSetUser("app", "on", ">secret", "~*", "+@all", "-set");
        }
        try (SyncGuard guard = guard("app:secret@", "127.0.0.1:" + server.port())) {
            assertThat(failure(view, guard).code()).isEqualTo(LockErrorCode.AUTH_FAILED);
        }
    }

    @ParameterizedTest
    @EnumSource(View.class)
    @DisplayName("OPT-7, CLU-3 a ping of a cluster succeeds through any of its nodes")
    protected void cluster(View view) {
        try (ClusterGroup group = new ClusterGroup()) {
            for (String node : group.nodes().split(",", -1)) {
                try (SyncGuard guard = SyncGuard.connect(PatientUri.of("redis-cluster+" + client + "://" + node))) {
                    view.ping(guard);
                }
            }
        }
    }

    @Test
    @DisplayName("OPT-7, RDS-16 a ping through sentinels asks the master")
    protected void sentinels() {
        try (SentinelGroup group = new SentinelGroup();
                SyncGuard guard = SyncGuard.connect(
                        PatientUri.of("redis-sentinel+" + client + "://" + group.sentinels() + "?master=mymaster"))) {
            assertThat(guard.ping()).isPositive();
            assertThat(guard.async().ping().join()).isPositive();
        }
    }
}

package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.WakeUps;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testsupport.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import redis.clients.jedis.UnifiedJedis;

/**
 * For how long one that has released in favour of another leaves the lock to it. That is a matter of two milliseconds, so
 * each test repeats until it was quick enough to see something.
 */
@Timeout(value = 90, threadMode = ThreadMode.SEPARATE_THREAD)
public abstract class HoldingBack {
    private static final LockKey KEY = LockKey.of("wanted");
    private static final Ttl TTL = new Ttl(30_000);

    /** Returns a backend opened by a {@code redis://} URI, which the test closes. */
    protected abstract LockBackend open(String uri);

    private final RedisTestServer server = RedisTestServer.start();
    private final UnifiedJedis raw = JedisClients.create("127.0.0.1", server.port());
    private final List<Contender> contenders = new ArrayList<>();
    private Contender releaser;
    private Contender other;

    /** Not before the subclass is complete, which opens their backends. */
    @BeforeEach
    protected void enter() {
        releaser = new Contender();
        other = new Contender();
    }

    @AfterEach
    protected void close() {
        contenders.forEach(contender -> contender.backend.close());
        raw.close();
        server.close();
    }

    /** A process, as far as Redis can tell. */
    private final class Contender {
        private final LockBackend backend = open(server.uri());
        private final WakeUps wakeUps = backend.wakeUps().orElseThrow();
        private final AtomicBoolean called = new AtomicBoolean();
        private final WakeUps.Place place = wakeUps.enter(KEY, () -> called.set(true));
        private LockId id = LockId.random();

        Contender() {
            contenders.add(this);
        }

        boolean takes() {
            return place.acquire(id, TTL, Duration.ZERO) instanceof Acquired;
        }

        void take() {
            Await.until("it has the lock", this::takes);
        }

        void release() {
            assertThat(backend.release(id)).isEqualTo(ReleaseResult.RELEASED);
            id = LockId.random();
        }

        /** Comes to wait for the lock, which is taken, as the last of so many. */
        void waitAs(int number) {
            Await.until("it is registered", () -> {
                assertThat(takes()).isFalse();
                return raw.zcard("syncguard:wait:wanted") == number;
            });
            called.set(false);
        }

        void awaitCall() {
            Await.until("it is called", called::get);
        }

        boolean holdsBack() {
            return !wakeUps.holdBack(KEY).isZero();
        }

        boolean standsAside() {
            return !wakeUps.standAside(KEY).isZero();
        }
    }

    /** Repeats something until it was quick enough to tell. */
    private static void untilTold(String what, BooleanSupplier attempt) {
        for (int i = 0; i < 500; i++) {
            if (attempt.getAsBoolean()) {
                return;
            }
        }
        throw new AssertionError("never quick enough: " + what);
    }

    /** Works for so long that it is a millisecond by the server's clock. */
    private static void work() {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2);
        Pause.until(end);
    }

    @Test
    @DisplayName("WAI-3 who has released in favour of another leaves him the lock while he has not taken it")
    protected void leavesIt() {
        untilTold("it holds back", () -> {
            releaser.take();
            other.waitAs(1);
            releaser.release();
            boolean taken = releaser.takes();
            boolean told = releaser.holdsBack();
            if (told) {
                assertThat(taken).as("taken while it holds back").isFalse();
                other.take();
                other.release();
            } else if (taken) {
                releaser.release();
            }
            return told;
        });
    }

    @Test
    @DisplayName(
            "WAI-3, WAI-4 once the other has had the lock, and nobody else waits, there is nothing to hold back for")
    protected void served() {
        untilTold("the other is done before the time is over", () -> {
            releaser.take();
            other.waitAs(1);
            releaser.release();
            other.awaitCall();
            other.take();
            other.release();
            boolean taken = releaser.takes();
            boolean told = releaser.holdsBack();
            if (told) {
                assertThat(taken)
                        .as("a free lock taken that was left to one who had it")
                        .isTrue();
            }
            if (taken) {
                releaser.release();
            }
            return told;
        });
    }

    @Test
    @DisplayName("WAI-3, WAI-4 nor does it overtake those that still wait when the first of them has had the lock")
    protected void othersWait() {
        Contender third = new Contender();

        untilTold("the other is done before the time is over", () -> {
            releaser.take();
            other.waitAs(1);
            // Who came in the same millisecond is called in no certain order.
            work();
            third.waitAs(2);
            releaser.release();
            other.awaitCall();
            other.take();
            long waitingBefore = raw.zcard("syncguard:wait:wanted");
            // As if its holder had died: nobody is told.
            raw.del("syncguard:wanted");
            boolean taken = releaser.takes();
            boolean told = releaser.holdsBack();
            if (told) {
                assertThat(waitingBefore).as("how many still wait").isEqualTo(1);
                assertThat(taken).as("taken past the one that waits").isFalse();
            }
            raw.del("syncguard:wanted", "syncguard:wait:wanted");
            return told;
        });
    }

    @Test
    @DisplayName("WAI-3 who has released after some work stands aside for the only one that waits")
    protected void standsAside() {
        untilTold("it stands aside", () -> {
            releaser.take();
            other.waitAs(1);
            work();
            releaser.release();
            boolean told = releaser.standsAside();
            other.take();
            other.release();
            return told;
        });
    }

    @Test
    @DisplayName("WAI-3 nobody stands aside after a section that took no time: the other is back in an instant as well")
    protected void hurried() {
        Contender holder = new Contender();

        untilTold("it is back in an instant", () -> {
            holder.take();
            other.waitAs(1);
            // As if its holder had died.
            raw.del("syncguard:wanted");
            releaser.take();
            releaser.release();
            boolean told = !releaser.standsAside();
            other.take();
            other.release();
            return told;
        });
    }

    @Test
    @DisplayName("WAI-3 nobody stands aside where more wait, so as not to lose his place behind them")
    protected void noStandingAside() {
        Contender third = new Contender();

        for (int i = 0; i < 20; i++) {
            releaser.take();
            other.waitAs(1);
            third.waitAs(2);
            work();
            releaser.release();
            assertThat(releaser.standsAside()).as("stands aside").isFalse();
            raw.del("syncguard:wait:wanted");
        }
    }

    @Test
    @DisplayName("WAI-4, ERR-3 a counter of somebody else's is in nobody's way")
    protected void foreignCounter() {
        releaser.take();
        other.waitAs(1);
        raw.del("syncguard:fence:wanted");
        raw.lpush("syncguard:fence:wanted", "not a counter");

        releaser.release();

        other.awaitCall();
        assertThat(raw.exists("syncguard:wanted")).isFalse();
    }
}

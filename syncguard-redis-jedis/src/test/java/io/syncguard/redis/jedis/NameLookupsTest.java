package io.syncguard.redis.jedis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.redis.tests.Await;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.exceptions.JedisConnectionException;

@Timeout(60)
class NameLookupsTest {
    private static final long LONG = TimeUnit.MINUTES.toNanos(5);

    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch answers = new CountDownLatch(1);

    private final NameLookups hanging = new NameLookups(host -> {
        asked.incrementAndGet();
        try {
            answers.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return new InetAddress[2];
    });

    /** A thread that hangs would be found by tests which look for threads that were left. */
    @AfterEach
    void letLookupsEnd() {
        answers.countDown();
    }

    @Test
    @DisplayName("OPT-2 a lookup that hangs is asked for once, however many wait for it, each for its own time")
    void once() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> hanging.count("h", 1_000_000, () -> false))
                    .isInstanceOf(JedisConnectionException.class);
            Await.until("its thread has asked", () -> asked.get() > 0);
        }
        assertThat(asked).hasValue(1);

        answers.countDown();
        assertThat(hanging.count("h", LONG, () -> false)).isEqualTo(2);
    }

    @Test
    @DisplayName("OPT-1, OPT-3 an interrupt, or the end of the call, ends the wait")
    void ended() {
        assertThatThrownBy(() -> hanging.count("h", LONG, () -> true)).isInstanceOf(JedisConnectionException.class);

        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> hanging.count("h", LONG, () -> false))
                .isInstanceOf(JedisConnectionException.class)
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).as("still interrupted").isTrue();
        answers.countDown();
    }

    @Test
    @DisplayName("a host that nobody knows is told with the cause, and asked for again")
    void unknown() {
        NameLookups lookups = new NameLookups(host -> {
            asked.incrementAndGet();
            throw new UnknownHostException(host);
        });
        for (int i = 1; i <= 2; i++) {
            assertThatThrownBy(() -> lookups.count("h", LONG, () -> false))
                    .isInstanceOf(JedisConnectionException.class)
                    .hasCauseInstanceOf(UnknownHostException.class);
            assertThat(asked).hasValue(i);
        }
    }

    @Test
    @DisplayName("an address is no name, and not looked up")
    void addresses() {
        assertThat(hanging.count("10.0.0.1", LONG, () -> false)).isEqualTo(1);
        assertThat(hanging.count("[::1]", LONG, () -> false)).isEqualTo(1);
        assertThat(hanging.count("fd00::1", LONG, () -> false)).isEqualTo(1);
        assertThat(asked).hasValue(0);
    }
}

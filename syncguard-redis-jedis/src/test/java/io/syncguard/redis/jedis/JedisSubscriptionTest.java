package io.syncguard.redis.jedis;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.redis.common.RedisAddress;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.common.WakeUpSubscription;
import io.syncguard.redis.tests.Await;
import io.syncguard.redis.tests.SilentListeners;
import io.syncguard.spi.BackendUri;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.BinaryJedisPubSub;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisConnectionException;

class JedisSubscriptionTest {
    private static final WakeUpSubscription.Listener NOBODY = new WakeUpSubscription.Listener() {
        @Override
        public void subscribed() {}

        @Override
        public void messageReceived(byte[] message) {}
    };

    /** Its connection closes by itself at the moment when it is cut. */
    private static final class Closing implements JedisSubscription.Subscriber {
        private final CountDownLatch subscribed = new CountDownLatch(1);
        private final CountDownLatch cut = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(1);

        @Override
        public void subscribe(BinaryJedisPubSub to, byte[] channel) {
            subscribed.countDown();
            try {
                cut.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            ended.countDown();
        }

        @Override
        public void cut() {
            cut.countDown();
            throw new JedisConnectionException("Socket closed");
        }

        @Override
        public void end() {
            cut();
        }
    }

    /** Something that goes on for longer than closing waits, interrupted or not. */
    private static final class Step {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch goesOn = new CountDownLatch(1);

        void take() {
            begun.countDown();
            boolean interrupted = false;
            while (goesOn.getCount() > 0) {
                try {
                    goesOn.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void requireEndOf(Step step, SilentListeners servers, JedisSubscription.Subscriber subscriber)
            throws InterruptedException {
        JedisSubscription subscription = new JedisSubscription(subscriber, new byte[1], Duration.ofHours(1), NOBODY);
        subscription.start(0);
        assertThat(step.begun.await(60, TimeUnit.SECONDS)).isTrue();
        subscription.close();

        step.goesOn.countDown();

        requireNoThread();
        Await.until("no connection is open", () -> servers.open() == 0);
    }

    private static void requireNoThread() {
        Await.until("its thread has ended", () -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("syncguard-jedis-wake-ups")));
    }

    private static Socket connected(SilentListeners servers) {
        String[] address = servers.addresses().split(":", -1);
        try {
            return new Socket(address[0], Integer.parseInt(address[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @DisplayName(
            "OPT-3, RDS-16 a connection to a sentinel that is open only after the subscription has been closed is closed too")
    void sentinelIsSlowToConnect() throws Exception {
        try (SilentListeners servers = new SilentListeners(1)) {
            Step step = new Step();
            requireEndOf(
                    step,
                    servers,
                    new OwnSubscriber(
                            (within, opening) -> {
                                step.take();
                                Socket socket = connected(servers);
                                try (socket) {
                                    if (opening.test(socket)) {
                                        var unused = socket.getInputStream().read();
                                    }
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                                throw new JedisConnectionException("no sentinel says");
                            },
                            DefaultJedisClientConfig.builder().build()));
        }
    }

    @Test
    @DisplayName("OPT-3 a connection that is open only after the subscription has been closed is closed too")
    void serverIsSlowToFind() throws Exception {
        try (SilentListeners servers = new SilentListeners(1)) {
            Step step = new Step();
            requireEndOf(
                    step,
                    servers,
                    new OwnSubscriber(
                            (within, opening) -> {
                                step.take();
                                return HostAndPort.from(servers.addresses());
                            },
                            DefaultJedisClientConfig.builder()
                                    .socketTimeoutMillis(0)
                                    .build()));
        }
    }

    @Test
    @DisplayName(
            "OPT-3 a connection of a client that was handed in, open only after the subscription has been closed, is closed too")
    void handedInIsSlowToConnect() throws Exception {
        try (SilentListeners servers = new SilentListeners(1)) {
            Step step = new Step();
            requireEndOf(step, servers, new HandedInSubscriber(borrower -> {
                step.take();
                try (Connection lent = new Connection(() -> connected(servers))) {
                    lent.connect();
                    borrower.use(lent);
                }
            }));
        }
    }

    @Test
    @DisplayName("OPT-3 a connection that closes while it is cut is no failure of closing")
    void closesWhileCut() throws InterruptedException {
        Closing subscriber = new Closing();
        JedisSubscription subscription = new JedisSubscription(subscriber, new byte[1], Duration.ofSeconds(20), NOBODY);
        subscription.start(0);
        assertThat(subscriber.subscribed.await(10, TimeUnit.SECONDS)).isTrue();

        subscription.close();

        assertThat(subscriber.ended.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(subscription.isLive(0)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis-sentinel", "rediss-sentinel"})
    @DisplayName("OPT-3, RDS-16 closing ends a subscription that asks one silent sentinel after the other")
    void closesWhileSentinelsAreAsked(String scheme) throws IOException {
        try (SilentListeners sentinels = new SilentListeners(3)) {
            RedisOptions options = RedisOptions.defaults().withOperationTimeout(Duration.ofHours(1));
            RedisAddress address = RedisAddress.from(BackendUri.parse(scheme + "://" + sentinels.addresses()));
            JedisSubscription subscription = new JedisSubscription(
                    OwnClient.subscriber(address, options), new byte[1], options.operationTimeout(), NOBODY);
            subscription.start(0);
            Await.until("a sentinel is asked", () -> sentinels.accepted() > 0);

            subscription.close();

            Await.until("no connection is open", () -> sentinels.open() == 0);
            requireNoThread();
        }
    }
}

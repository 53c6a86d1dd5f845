package io.syncguard.redis.lettuce;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.syncguard.AsyncHeldLock;
import io.syncguard.SyncGuard;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.Await;
import io.syncguard.testservers.FaultProxy;
import io.syncguard.testservers.RedisTestServer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/** Requests of which Lettuce never tells what became of them, because they come while it closes their connection. */
class ForgottenRequestsTest {
    private static final RedisOptions PATIENT = RedisOptions.defaults()
            .withOperationTimeout(Duration.ofSeconds(20))
            .withConnectTimeout(Duration.ofSeconds(40));

    /** Keeps the thread that reads a connection busy between the error that ends the connection and its end. */
    private static final class SlowEnd extends ChannelInboundHandlerAdapter implements NettyCustomizer {
        private static final int MUCH_LONGER_THAN_THE_PAUSE_BEFORE_THE_NEXT_SEND = 500;

        @Override
        public boolean isSharable() {
            return true;
        }

        @Override
        public void afterChannelInitialized(Channel channel) {
            channel.pipeline().addFirst(this);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws InterruptedException {
            context.fireExceptionCaught(cause);
            Thread.sleep(MUCH_LONGER_THAN_THE_PAUSE_BEFORE_THE_NEXT_SEND);
        }
    }

    @Test
    @Timeout(120)
    @DisplayName("RDS-5 a request that comes while its connection closes, and that Lettuce forgets, is sent again")
    void whileClosing() {
        ClientResources threads =
                ClientResources.builder().nettyCustomizer(new SlowEnd()).build();
        try (RedisTestServer server = RedisTestServer.start();
                FaultProxy proxy = new FaultProxy(server.port());
                Jedis admin = new Jedis("127.0.0.1", server.port());
                RedisClient client = RedisClient.create(threads, RedisURI.create("127.0.0.1", proxy.port()))) {
            // Lettuce keeps none for its next connection: without this it forgets one now and then.
            client.setOptions(
                    ClientOptions.builder().replayFilter(request -> true).build());
            try (SyncGuard guard = SyncGuard.using(LettuceLockBackend.create(client, PATIENT))) {
                Await.connected(guard);
                guard.run("warm-up", () -> {});
                proxy.swallowReplies(true);
                CompletableFuture<AsyncHeldLock> acquire = guard.async().acquire("job");
                Await.until("the server has granted it", () -> admin.exists("syncguard:job"));
                proxy.swallowReplies(false);

                proxy.resetAll();

                assertThat(acquire.join().release().join()).isTrue();
            }
        } finally {
            threads.shutdown().syncUninterruptibly();
        }
    }
}

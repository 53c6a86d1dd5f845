package io.syncguard.redis.lettuce;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.protocol.RedisCommand;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.common.RedisRequests;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.CallDeadlines;
import java.lang.reflect.Proxy;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A request that Lettuce tells of twice, or that a question to replicas tells of as well, has one outcome. */
@Timeout(60)
class OneOutcomeTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String NO_SCRIPT = "NOSCRIPT No matching script. Please use EVAL.";

    private final RedisClient client = RedisClient.create();
    private final List<RedisCommand<?, ?, ?>> dispatched = new CopyOnWriteArrayList<>();
    private final Pipeline pipeline = new Pipeline(recording());
    private final LettuceCall<AcquireResult> call = new LettuceCall<>(
            LettuceTransport.toServer(
                    client,
                    CompletableFuture::new,
                    new LettuceServerCheck(),
                    CallDeadlines.of(LONG, LONG),
                    1,
                    () -> {}),
            new ToThePipeline(),
            new RedisRequests(RedisOptions.defaults().withReplicaAcks(1, Duration.ofSeconds(1)))
                    .acquire(LockKey.of("k"), LockId.random(), new Ttl(30_000)),
            System.nanoTime());

    @AfterEach
    void close() {
        client.shutdown(0, 1, TimeUnit.SECONDS);
    }

    @SuppressWarnings("unchecked")
    private StatefulRedisConnection<byte[], byte[]> recording() {
        return (StatefulRedisConnection<byte[], byte[]>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {StatefulRedisConnection.class}, (self, method, given) -> {
                    assertThat(method.getName()).isEqualTo("dispatch");
                    if (given[0] instanceof Collection<?> several) {
                        several.forEach(each -> dispatched.add((RedisCommand<?, ?, ?>) each));
                    } else {
                        dispatched.add((RedisCommand<?, ?, ?>) given[0]);
                    }
                    return null;
                });
    }

    private List<String> sent() {
        return dispatched.stream().map(each -> each.getType().toString()).toList();
    }

    private static void refuse(RedisCommand<?, ?, ?> request) {
        request.getOutput().setError(ByteBuffer.wrap(NO_SCRIPT.getBytes(StandardCharsets.US_ASCII)));
        request.complete();
    }

    @Test
    @DisplayName("RDS-9, RDS-15 a request that is refused, and lost with the question to replicas, is sent again once")
    void refusedAndLost() {
        call.send();
        assertThat(sent()).containsExactly("EVALSHA", "WAIT");

        refuse(dispatched.get(0));
        dispatched.get(1).completeExceptionally(new SocketException("reset"));

        assertThat(sent()).containsExactly("EVALSHA", "WAIT", "EVAL", "WAIT");
        assertThat(call).isNotDone();
    }

    @Test
    @DisplayName("RDS-9, RDS-15 a request that is lost together with the question to replicas is sent again once")
    void lostTwice() throws InterruptedException {
        call.send();

        dispatched.get(1).completeExceptionally(new SocketException("reset"));
        dispatched.get(0).completeExceptionally(new SocketException("reset"));
        dispatched.get(0).cancel();

        awaitSent(4);
        TimeUnit.MILLISECONDS.sleep(200);
        assertThat(sent()).containsExactly("EVALSHA", "WAIT", "EVALSHA", "WAIT");
        refuse(dispatched.get(2));
        assertThat(sent()).containsExactly("EVALSHA", "WAIT", "EVALSHA", "WAIT", "EVAL", "WAIT");
        assertThat(call).isNotDone();
    }

    @Test
    @DisplayName(
            "RDS-15 an answer that comes after the question to replicas was lost counts as lost, and is asked for again")
    void answeredAfterTheQuestion() throws InterruptedException {
        call.send();

        dispatched.get(1).completeExceptionally(new SocketException("reset"));
        assertThat(sent()).hasSize(2);
        dispatched.get(0).complete();

        awaitSent(4);
        assertThat(sent()).containsExactly("EVALSHA", "WAIT", "EVALSHA", "WAIT");
        assertThat(call).isNotDone();
    }

    private void awaitSent(int requests) throws InterruptedException {
        while (dispatched.size() < requests) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    /** One connection, which always stands. */
    private final class ToThePipeline implements Route {
        @Override
        public void send(LettuceCall<?> sent) {
            sent.sendThrough(pipeline, false);
        }

        @Override
        public boolean redirect(LettuceCall<?> redirected, String error) {
            return false;
        }

        @Override
        public void fellSilent(LettuceConnection connection, @Nullable Pipeline silent) {}

        @Override
        public boolean isReader() {
            return false;
        }

        @Override
        public boolean isUp() {
            return true;
        }

        @Override
        public void close() {}
    }
}

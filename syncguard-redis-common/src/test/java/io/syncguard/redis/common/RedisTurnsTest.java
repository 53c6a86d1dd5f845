package io.syncguard.redis.common;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.TurnWakeUps;
import io.syncguard.spi.WakeUps;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RedisTurnsTest {
    private static final RedisOptions OPTIONS =
            RedisOptions.defaults().withKeyPrefix("app").withRejectLongKeys(true);

    private final List<RedisScript> sent = new ArrayList<>();
    private final RedisRequests requests = new RedisRequests(OPTIONS);
    private final RedisLockBackend backend = RedisLockBackend.over(
            "none", requests, OPTIONS, new NoCalls(), (channels, listener) -> new NoSubscription());
    private final TurnWakeUps wakeUps = (TurnWakeUps) backend.wakeUps().orElseThrow();

    @Test
    @DisplayName("WAI-3, OPT-4 a key that is too long is nothing to hold back for; its attempt says what is wrong")
    void tooLong() {
        wakeUps.wokenElsewhere("key", "1", true);

        assertThat(wakeUps.holdBack(LockKey.of("x".repeat(2_000)))).isZero();
        assertThat(wakeUps.standAside(LockKey.of("x".repeat(2_000)))).isZero();
    }

    @Test
    @DisplayName("WAI-3, WAI-4 what the reply of a release says of waiters is heard")
    void replies() {
        AtomicInteger calls = new AtomicInteger();
        LockKey ours = LockKey.of("ours");
        LockKey theirs = LockKey.of("theirs");
        try (WakeUps.Place unused = wakeUps.enter(ours, calls::incrementAndGet)) {
            assertThat(released("R=ours")).isEqualTo(ReleaseResult.RELEASED);
            assertThat(calls).hasValue(1);
            boolean heldBack = false;
            boolean stoodAside = false;
            // A stall may be as long as half a millisecond.
            for (int i = 0; i < 1_000 && !(heldBack && stoodAside); i++) {
                assertThat(released("R!17,theirs")).isEqualTo(ReleaseResult.RELEASED);
                stoodAside |= !wakeUps.standAside(theirs).isZero();
                heldBack |= !wakeUps.holdBack(theirs).isZero();
            }
            assertThat(heldBack).isTrue();
            assertThat(stoodAside).isTrue();
            assertThat(released("R>18,theirs")).isEqualTo(ReleaseResult.RELEASED);
            assertThat(wakeUps.standAside(theirs)).isEqualTo(Duration.ZERO);
        }
        assertThat(sent).as("what follows leaving without an attempt").containsExactly(RedisScript.PASS_ON);
    }

    private ReleaseResult released(String reply) {
        return requests.release(LockId.random()).answer(reply.getBytes(StandardCharsets.UTF_8), false);
    }

    /** Sends nowhere. */
    private final class NoCalls implements RedisTransport.Async {
        @Override
        public <T> T call(RedisCall<T> call) {
            throw new AssertionError("a call");
        }

        @Override
        public <T> CompletableFuture<T> send(RedisCall<T> call) {
            sent.add(call.script());
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void requireWait() {}

        @Override
        public void close() {}
    }

    private static final class NoSubscription implements WakeUpSubscription {
        @Override
        public void start(int shard) {}

        @Override
        public boolean isLive(int shard) {
            return false;
        }

        @Override
        public void close() {}
    }
}

package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.SyncGuard;
import io.syncguard.redis.common.RedisScript;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.FaultProxy;
import io.syncguard.testservers.RedisTestServer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections that are cut over and over, between a script's run and its reply, while many work. */
@Timeout(value = 600, threadMode = ThreadMode.SEPARATE_THREAD)
public abstract class ConnectionCuts {
    private static final List<RedisScript> CUT_SCRIPTS =
            List.of(RedisScript.ACQUIRE, RedisScript.RELEASE, RedisScript.EXTEND);

    /** Returns a backend opened by a {@code redis://} URI, which the test closes. */
    protected abstract LockBackend open(String uri);

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "RDS-5, ACQ-3, ACQ-4 replies cut off again and again under load: no orphan, no two holders, no repeated fence")
    protected void manyCuts(Crew crew) throws InterruptedException {
        try (RedisTestServer server = RedisTestServer.start();
                FaultProxy proxy = new FaultProxy(server.port());
                SyncGuard guard = SyncGuard.using(open(proxy.uri()));
                SyncGuard direct = SyncGuard.using(open(server.uri()))) {
            guard.run(Shift.KEY, () -> {});
            Shift shift = new Shift(guard);
            CountDownLatch gone = crew.start(shift);

            int cuts = Integer.getInteger("syncguard.cuts", 300);
            for (int cut = 0; cut < cuts; cut++) {
                // Cutting what is sent again, and nothing else, would be no load.
                int held = shift.holdings();
                Await.until("work goes on", () -> shift.holdings() > held);
                int before = proxy.cuts();
                RedisScript script = CUT_SCRIPTS.get(cut % CUT_SCRIPTS.size());
                proxy.cutReplyToNext(new String(script.sha1(), StandardCharsets.US_ASCII));
                Await.until("the reply is cut off", () -> proxy.cuts() > before);
            }
            shift.end();
            assertThat(gone.await(120, TimeUnit.SECONDS)).as("all have gone").isTrue();

            assertThat(shift.surprises())
                    .as("failures that are none of a cut connection")
                    .isEmpty();
            assertThat(shift.overlaps()).as("times that two held the lock").isZero();
            assertThat(shift.fences())
                    .as("fences in the order of holding")
                    .hasSizeGreaterThanOrEqualTo(cuts)
                    .doesNotHaveDuplicates()
                    .isSorted();
            Await.until("no orphan is left", () -> !direct.isLocked(Shift.KEY));
        }
    }
}

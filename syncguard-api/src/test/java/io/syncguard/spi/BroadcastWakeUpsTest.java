package io.syncguard.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult.Contended;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which waiters a release calls where it is told to all. */
@Timeout(180)
class BroadcastWakeUpsTest {
    private static final LockKey KEY = LockKey.of("key");

    private final ContendedBackend backend = new ContendedBackend();
    private final List<String> listens = new ArrayList<>();
    private final BroadcastWakeUps broadcast =
            BroadcastWakeUps.over(LockBackend.blocking(backend), LockKey::value, listens::add);
    private final AtomicInteger calls = new AtomicInteger();

    private WakeUps.Place entered() {
        return broadcast.enter(KEY, calls::incrementAndGet);
    }

    private static AcquireResult attempt(WakeUps.Place place) {
        return place.acquire(LockId.random(), new Ttl(1_000), Duration.ZERO);
    }

    @Test
    @DisplayName("WAI-8 a release calls the place for its key, also after the close the level is told")
    void called() {
        WakeUps.Place place = entered();
        assertThat(listens).containsExactly("key");
        assertThat(broadcast.level()).isEqualTo(WakeUps.Level.BROADCAST);

        broadcast.released("other");
        assertThat(calls).hasValue(0);
        broadcast.released("key");
        assertThat(calls).hasValue(1);
        broadcast.mayHaveMissed();
        assertThat(calls).hasValue(2);

        assertThat(attempt(place)).isEqualTo(Contended.unknown());
        assertThat(backend.acquires).as("plain acquires").containsExactly(KEY);
        place.close();
        broadcast.released("key");
        assertThat(calls).hasValue(2);
        assertThat(broadcast.level()).isEqualTo(WakeUps.Level.BROADCAST);
    }

    @Test
    @DisplayName("WAI-3 there is nothing to hold back for")
    void holdsBackNever() {
        broadcast.released("key");

        assertThat(broadcast.holdBack(KEY)).isZero();
        assertThat(broadcast.standAside(KEY)).isZero();
        assertThat(broadcast.triesWhereWoken()).isFalse();
    }

    @Test
    @DisplayName("OPT-3 after the close nobody is called, nobody listens, and attempts are ABORTED")
    void closed() {
        WakeUps.Place before = entered();
        broadcast.close();
        WakeUps.Place after = entered();
        broadcast.released("key");
        broadcast.mayHaveMissed();

        for (WakeUps.Place place : List.of(before, after)) {
            LockException e = catchThrowableOfType(LockException.class, () -> attempt(place));
            assertThat(e.code()).isEqualTo(LockErrorCode.ABORTED);
            place.close();
        }
        broadcast.close();
        assertThat(listens).hasSize(1);
        assertThat(calls).hasValue(0);
        assertThat(backend.acquires).isEmpty();
    }
}

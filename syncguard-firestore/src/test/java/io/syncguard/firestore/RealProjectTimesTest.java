package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.Firestore;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** How the times of Firestore's clock relate on a real project. Prints them. */
@EnabledIfEnvironmentVariable(named = RealProject.VARIABLE, matches = ".+", disabledReason = RealProject.NOT_NAMED)
@Timeout(300)
class RealProjectTimesTest {
    private static final int ACQUIRES = 300;
    private static final int UNCOUNTED = 20;

    @Test
    @DisplayName("FST-9, FST-11 the commit of an acquire is no earlier on Firestore's clock than the read it rests on")
    void commitAfterRead() {
        FirestoreLockOptions options = RealProject.newOptions();
        Wire wire = new Wire();
        Firestore client = RealProject.through(wire);
        List<Long> between = new ArrayList<>();
        List<Long> taken = new ArrayList<>();
        try (LockBackend backend = FirestoreLockBackend.create(client, options)) {
            for (int i = 0; i < UNCOUNTED + ACQUIRES; i++) {
                // Another key each time, because an acquire of one that was just released makes no read.
                LockKey key = LockKey.of(UUID.randomUUID().toString());
                LockId id = backend.newLockId(key);
                long began = System.nanoTime();
                assertThat(backend.acquire(key, id, Fixture.TTL)).isInstanceOf(Acquired.class);
                long took = System.nanoTime() - began;
                if (i >= UNCOUNTED) {
                    between.add(micros(wire.commitTime()) - micros(wire.readTime()));
                    taken.add(TimeUnit.NANOSECONDS.toMicros(took));
                }
                assertThat(backend.release(id)).isEqualTo(ReleaseResult.RELEASED);
            }
        } finally {
            Emulated.close(client);
            RealProject.delete(options);
        }

        print("commit time minus read time of an acquire", between);
        print("an acquire, by the clock of this machine", taken);
        assertThat(Collections.min(between)).as("µs between read and commit").isNotNegative();
    }

    private static long micros(Timestamp time) {
        return ServerTime.micros(Objects.requireNonNull(time));
    }

    private static void print(String what, List<Long> micros) {
        Collections.sort(micros);
        System.out.printf(
                Locale.ROOT,
                "%s, %d of them: min %.1f ms, p50 %.1f ms, p99 %.1f ms, max %.1f ms%n",
                what,
                micros.size(),
                micros.get(0) / 1_000.0,
                micros.get(micros.size() / 2) / 1_000.0,
                micros.get(micros.size() * 99 / 100) / 1_000.0,
                micros.get(micros.size() - 1) / 1_000.0);
    }
}

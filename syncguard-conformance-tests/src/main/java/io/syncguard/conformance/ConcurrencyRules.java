package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** That each operation is one atomic step, seen by many at once. */
interface ConcurrencyRules extends BackendUnderTest {
    int THREADS = 6;
    int ROUNDS = 10;

    @Test
    @DisplayName("ACQ-1, FEN-1 of many there is one holder at a time, and fences rise in the order of holding")
    default void oneHolderAtATime() throws InterruptedException {
        LockKey key = key();
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        List<Long> fences = Collections.synchronizedList(new ArrayList<>());
        List<Callable<Integer>> contenders = new ArrayList<>();
        for (LockBackend via : List.of(backend(), backend(), backend(), another(), another(), another())) {
            contenders.add(() -> {
                for (int round = 0; round < ROUNDS; round++) {
                    Held held = takeWhenFree(via, key);
                    overlaps.addAndGet(inside.incrementAndGet() - 1);
                    fences.add(held.fence().value());
                    inside.decrementAndGet();
                    held.release(via);
                }
                return ROUNDS;
            });
        }

        Contenders.race(contenders);

        assertThat(overlaps).as("ACQ-1 times that two held the lock at once").hasValue(0);
        assertThat(fences)
                .as("FEN-1 fences in the order of holding")
                .hasSize(THREADS * ROUNDS)
                .doesNotHaveDuplicates()
                .isSorted();
    }

    private static Held takeWhenFree(LockBackend backend, LockKey key) {
        AtomicReference<@Nullable Held> held = new AtomicReference<>();
        Await.until("it is a contender's turn", () -> {
            LockId id = backend.newLockId(key);
            if (backend.acquire(key, id, Held.LONG) instanceof Acquired acquired) {
                held.set(new Held(key, id, acquired.fence(), acquired.expiresAt()));
                return true;
            }
            return false;
        });
        return Objects.requireNonNull(held.get());
    }

    @Test
    @DisplayName("ACQ-1 of many who reach for a free lock exactly one gets it")
    default void oneWinner() throws InterruptedException {
        LockBackend backend = backend();
        for (int round = 0; round < ROUNDS; round++) {
            LockKey key = key();

            List<AcquireResult> results =
                    Contenders.race(times(() -> backend.acquire(key, backend.newLockId(key), Held.LONG)));

            assertThat(results)
                    .as("ACQ-1 winners of a race")
                    .filteredOn(Acquired.class::isInstance)
                    .hasSize(1);
        }
    }

    private static <T> List<Callable<T>> times(Callable<T> action) {
        return Collections.nCopies(THREADS, action);
    }

    @Test
    @DisplayName("ACQ-3 of many who send the same acquire all get the same answer")
    default void sameIdSameAnswer() throws InterruptedException {
        LockBackend backend = backend();
        for (int round = 0; round < ROUNDS; round++) {
            LockKey key = key();
            LockId id = backend.newLockId(key);

            List<AcquireResult> results = Contenders.race(times(() -> backend.acquire(key, id, Held.LONG)));

            assertThat(results)
                    .as("ACQ-3 answers to the same acquire sent many times at once")
                    .hasOnlyElementsOfType(Acquired.class)
                    .containsOnly(results.get(0));
        }
    }

    @Test
    @DisplayName("REL-1 of many releases of one lock at most one succeeds")
    default void oneRelease() throws InterruptedException {
        LockBackend backend = backend();
        for (int round = 0; round < ROUNDS; round++) {
            Held held = Held.take(backend, key());

            List<ReleaseResult> results = Contenders.race(times(() -> backend.release(held.id())));

            assertThat(results)
                    .as("REL-1 releases of one lock that succeeded")
                    .filteredOn(ReleaseResult.RELEASED::equals)
                    .hasSize(1);
        }
    }

    @Test
    @DisplayName("EXT-1, REL-1 an extension that races a release never leaves a lock behind")
    default void extensionRacesRelease() throws InterruptedException {
        LockBackend backend = backend();
        for (int round = 0; round < ROUNDS; round++) {
            Held held = Held.take(backend, key());

            List<Object> results = Contenders.race(List.of(
                    () -> backend.release(held.id()),
                    () -> backend.extend(held.id(), Held.LONG),
                    () -> backend.extend(held.id(), Held.LONG)));

            assertThat(results.get(0)).as("REL-1 the release").isEqualTo(ReleaseResult.RELEASED);
            assertThat(results.get(1))
                    .as("EXT-1 an extension that races a release")
                    .isInstanceOf(ExtendResult.class);
            assertThat(backend.isLocked(held.key()))
                    .as("EXT-1 the key after a release that raced extensions")
                    .isFalse();
        }
    }

    @Test
    @DisplayName("ACQ-1 different keys do not get in each other's way")
    default void keysAreIndependent() throws InterruptedException {
        LockBackend backend = backend();

        List<Held> all = Contenders.race(times(() -> Held.take(backend, key())));

        all.forEach(held -> held.release(backend));
    }
}

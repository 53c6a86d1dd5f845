package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.FieldValue;
import io.syncguard.AsyncHeldLock;
import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockKey;
import io.syncguard.LockOptions;
import io.syncguard.spi.StorageKeys;
import io.syncguard.testsupport.Pause;
import io.syncguard.testsupport.StallMeter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Processes that stand in a queue and do not come any more: what they cost those that live. */
@Timeout(240)
@Tag("alone")
@Execution(ExecutionMode.CONCURRENT)
class DeadWaitersTest {
    private static final LockOptions PATIENT =
            LockOptions.defaults().withTimeout(Duration.ofSeconds(60)).withMaxRetries(Integer.MAX_VALUE);

    /** More than a waiter stays behind. */
    private static final int MANY = 110;

    /** The pause of one that has looked so often is 400 ms or more. */
    private static final int MANY_LOOKS = 6;

    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final FirestoreLockOptions options = FirestoreLockOptions.defaults()
            .withCollection("locks-" + UUID.randomUUID())
            .withOperationTimeout(Duration.ofSeconds(20));
    private final String id =
            new DocumentIds(StorageKeys.under(StorageKeys.DEFAULT_PREFIX), false).lock(LockKey.of("job"));
    private final DocumentReference lockDocument =
            Emulated.shared().collection(options.collection()).document(id);
    private final DocumentReference queueDocument =
            Emulated.shared().collection(options.queueCollection()).document(id);
    private Contender holder;
    private Contender waiter;

    @BeforeEach
    void open() {
        holder = new Contender(options);
        waiter = new Contender(options);
    }

    @AfterEach
    void close() {
        holder.close();
        waiter.close();
    }

    /** Puts processes in the queue of a lock that is held, and nobody else. */
    private void queue(int count, Object since) {
        List<String> names =
                IntStream.range(0, count).mapToObj(number -> "dead-" + number).toList();
        Map<String, Object> times = names.stream().collect(Collectors.toMap(name -> name, name -> since));
        Fixture.done(
                queueDocument.set(Map.of(WaitQueue.NAMES, names, WaitQueue.SINCE, times, WaitQueue.RELEASED_AT, 0L)));
        Fixture.done(lockDocument.update(LockDocument.WAITING, 1));
    }

    private int queued() {
        return WaitQueue.of(Fixture.done(queueDocument.get())).names().size();
    }

    /** Returns how long after its release a lock is another's, in which queue it was. */
    private Duration handOver(Runnable queue) {
        HeldLock lock = holder.guard.acquire("job", PATIENT);
        queue.run();
        int looks = waiter.wire.looks();
        CompletableFuture<AsyncHeldLock> waiting = waiter.guard.async().acquire("job", PATIENT);
        Fixture.until(() -> waiter.wire.looks() >= looks + MANY_LOOKS);
        lock.close();
        try (StallMeter stalls = StallMeter.start()) {
            AsyncHeldLock acquired = waiting.join();
            Duration took = stalls.elapsed();
            acquired.release().join();
            return took;
        }
    }

    private Duration soonestOfThree(Runnable queue) {
        return IntStream.range(0, 3)
                .mapToObj(round -> handOver(queue))
                .min(Duration::compareTo)
                .orElseThrow();
    }

    @Test
    @DisplayName("WAI-5 a hundred dead processes delay one hand-over by some two seconds, and none after that")
    void manyDead() {
        Duration first = handOver(() -> queue(MANY, FieldValue.serverTimestamp()));

        assertThat(first).isLessThan(Duration.ofMillis(2_500));
        // No operation waits for the write of a queue.
        Fixture.until(() -> queued() == 0);
        assertThat(soonestOfThree(() -> {})).isLessThan(Duration.ofMillis(350));
    }

    @Test
    @DisplayName("WAI-5 ten dead processes delay a hand-over by less than a second")
    void tenDead() {
        assertThat(soonestOfThree(() -> queue(10, FieldValue.serverTimestamp())))
                .isLessThan(Duration.ofSeconds(1));
    }

    @Test
    @DisplayName("WAI-5 names that are twenty seconds old delay nobody, however many there are")
    void staleNames() {
        assertThat(soonestOfThree(() -> queue(MANY, Timestamp.ofTimeSecondsAndNanos(1_000, 0))))
                .isLessThan(Duration.ofMillis(350));
    }

    @Test
    @DisplayName(
            "WAI-5 a caller whose timeout is over takes its process off the queue, and so does a guard that closes")
    void leaving() {
        HeldLock lock = holder.guard.acquire("job", PATIENT);
        CompletableFuture<AsyncHeldLock> hasty =
                waiter.guard.async().acquire("job", PATIENT.withTimeout(Duration.ofSeconds(3)));
        Fixture.until(() -> queued() == 1);
        Throwable failure = hasty.handle((acquired, thrown) -> thrown).join();
        assertThat(LockException.within(failure).orElseThrow().code()).isEqualTo(LockErrorCode.ACQUISITION_TIMEOUT);
        Fixture.until(() -> queued() == 0);

        CompletableFuture<AsyncHeldLock> closed = waiter.guard.async().acquire("job", PATIENT);
        Fixture.until(() -> queued() == 1);
        waiter.guard.close();

        assertThat(closed).isCompletedExceptionally();
        Fixture.until(() -> queued() == 0);
        Pause.millis(300);
        assertThat(queued()).as("names that came late").isZero();
        lock.close();
    }
}

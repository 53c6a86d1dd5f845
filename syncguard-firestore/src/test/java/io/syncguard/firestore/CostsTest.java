package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.firestore.SetOptions;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ExtendResult.Absent;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.WakeUps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What operations cost: the tables of the specification, row by row. A row without a test fails. */
@Timeout(180)
@ExtendWith(SlowAnswers.class)
class CostsTest {
    private static final Path SPEC = Path.of("..", "specs", "firestore-backend.md");
    private static final String OPERATIONS = "| operation |";
    private static final String WAITING = "| while processes wait |";
    private static final LockKey OTHER_KEY = LockKey.of("other");

    /** What Firestore bills in us-central1 for ten million, in dollars. The proportions are the same in other places. */
    private static final int READ_PRICE = 3;

    private static final int WRITE_PRICE = 9;
    private static final int DELETE_PRICE = 1;

    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final Fixture fixture = new Fixture();
    private final Contender first = new Contender(fixture.options);
    private final Contender second = new Contender(fixture.options);

    @AfterEach
    void close() {
        first.close();
        second.close();
        fixture.close();
    }

    /**
     * A row of the specification.
     *
     * @param heard the reads that each process in the queue is billed for; 0 in the table of operations
     */
    record Row(String operation, int roundTrips, int reads, int writes, int heard) {
        @Override
        public String toString() {
            return operation;
        }
    }

    static Stream<Row> operations() {
        return table(OPERATIONS);
    }

    static Stream<Row> waiting() {
        return table(WAITING);
    }

    private static Stream<Row> table(String head) {
        List<String> lines;
        try {
            lines = Files.readAllLines(SPEC);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines.stream()
                .dropWhile(line -> !line.startsWith(head))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(CostsTest::row);
    }

    private static Row row(String line) {
        List<String> cells =
                Arrays.stream(line.split("\\|")).skip(1).map(String::strip).toList();
        return new Row(
                cells.get(0),
                Integer.parseInt(cells.get(1)),
                Integer.parseInt(cells.get(2)),
                Integer.parseInt(cells.get(3)),
                cells.size() > 4 ? Integer.parseInt(cells.get(4)) : 0);
    }

    @ParameterizedTest
    @MethodSource("operations")
    @DisplayName("FST-3, FST-5, FST-14, FST-15 an operation costs what the specification says")
    void operation(Row row) {
        for (Runnable operation : prepared(row.operation)) {
            assertThat(bill(operation)).isEqualTo(new Wire.Bill(row.roundTrips, row.reads, row.writes, 0, 0));
        }
    }

    private Wire.Bill bill(Runnable operation) {
        fixture.wire.takeBill();
        operation.run();
        return fixture.wire.takeBill();
    }

    /** Returns the operations of a row, and does what has to be done before the first of them. */
    private List<Runnable> prepared(String operation) {
        LockBackend backend = fixture.backend;
        LockId fresh = backend.newLockId(fixture.key);
        return switch (operation) {
            case "acquire" ->
                List.of(() -> acquire(backend, fixture.key, fresh), () -> {
                    // The document is there, and another process has released it last.
                    LockId before = first.backend.newLockId(OTHER_KEY);
                    acquire(first.backend, OTHER_KEY, before);
                    assertThat(first.backend.release(before)).isEqualTo(ReleaseResult.RELEASED);
                    acquire(backend, OTHER_KEY, backend.newLockId(OTHER_KEY));
                });
            case "acquire of a key that this backend released last (FST-15)" -> {
                acquire(backend, fixture.key, fresh);
                assertThat(backend.release(fresh)).isEqualTo(ReleaseResult.RELEASED);
                yield List.of(() -> acquire(backend, fixture.key, backend.newLockId(fixture.key)));
            }
            case "acquire with an id that was not made here" ->
                List.of(() -> acquire(backend, fixture.key, LockId.random()));
            case "acquire with the id that holds the key, contended acquire" -> {
                acquire(backend, fixture.key, fresh);
                yield List.of(() -> acquire(backend, fixture.key, fresh), () -> assertThat(
                                backend.acquire(fixture.key, LockId.random(), Fixture.TTL))
                        .isInstanceOf(Contended.class));
            }
            case "extend, release" -> {
                acquire(backend, fixture.key, fresh);
                yield List.of(() -> extend(backend, fresh), () -> assertThat(backend.release(fresh))
                        .isEqualTo(ReleaseResult.RELEASED));
            }
            case "extend, release by an id that was not acquired here" -> {
                LockId elsewhere = first.backend.newLockId(fixture.key);
                acquire(first.backend, fixture.key, elsewhere);
                yield List.of(() -> extend(backend, elsewhere), () -> assertThat(backend.release(elsewhere))
                        .isEqualTo(ReleaseResult.RELEASED));
            }
            case "extend, release by an id that holds nothing" ->
                List.of(
                        () -> assertThat(backend.extend(LockId.random(), Fixture.TTL))
                                .isInstanceOf(Absent.class),
                        () -> assertThat(backend.release(LockId.random())).isEqualTo(ReleaseResult.ABSENT));
            case "lookup by key or id, isLocked, ping" -> {
                acquire(backend, fixture.key, fresh);
                yield List.of(
                        () -> assertThat(backend.lookup(fixture.key)).isPresent(),
                        () -> assertThat(backend.lookup(OTHER_KEY)).isEmpty(),
                        () -> assertThat(backend.lookup(fresh)).isPresent(),
                        () -> assertThat(backend.lookup(LockId.random())).isEmpty(),
                        () -> assertThat(backend.isLocked(fixture.key)).isTrue(),
                        backend::ping);
            }
            case "abandon" -> {
                acquire(backend, fixture.key, fresh);
                yield List.of(
                        () -> backend.abandon(fixture.key, fresh, Fixture.TTL),
                        () -> backend.abandon(OTHER_KEY, LockId.random(), Fixture.TTL));
            }
            default -> throw new AssertionError("no test of the row '" + operation + "'");
        };
    }

    private static void acquire(LockBackend backend, LockKey key, LockId id) {
        assertThat(backend.acquire(key, id, Fixture.TTL)).isInstanceOf(Acquired.class);
    }

    private static void extend(LockBackend backend, LockId id) {
        assertThat(backend.extend(id, Fixture.TTL)).isInstanceOf(Extended.class);
    }

    @ParameterizedTest
    @MethodSource("waiting")
    @DisplayName(
            "WAI-5 waiting costs what the specification says, for the process that acts and for those in the queue")
    void waiting(Row row) {
        listen(first);
        listen(second);
        fixture.acquire();
        switch (row.operation) {
            case "beginning to wait as the first, beside the attempt" -> assertBeginning(row, first);
            case "beginning to wait after others, beside the attempt" -> {
                join(first);
                assertBeginning(row, second);
                assertHeard(row, first);
            }
            case "waiting, every 10 s" -> {
                join(first);
                assertRenewal(row, first);
            }
            case "extend" -> {
                join(first);
                extend(fixture.backend, fixture.id);
                assertOwn(row, bill(() -> extend(fixture.backend, fixture.id)));
                assertHeard(row, first);
            }
            case "extend as the holder's first commit since processes wait" -> {
                join(first);
                assertOwn(row, bill(() -> extend(fixture.backend, fixture.id)));
                assertHeard(row, first);
            }
            case "release" -> {
                join(first);
                join(second);
                Fixture.until(() -> first.wire.heard() >= 1);
                extend(fixture.backend, fixture.id);
                first.wire.takeBill();
                assertOwn(row, billBesideQueues(fixture.wire, this::release));
                assertHeard(row, first, second);
            }
            case "release as the holder's first commit since processes wait" -> {
                join(first);
                assertOwn(row, billBesideQueues(fixture.wire, this::release));
                assertHeard(row, first);
            }
            case "acquire by a waiter that was woken" -> assertWoken(row);
            case "acquire by a waiter that does not hear of the queue" -> assertUnheard(row);
            case "ceasing to wait without the lock" -> assertCeasing(row);
            default -> throw new AssertionError("no test of the row '" + row.operation + "'");
        }
    }

    /** Has a process listen before it waits: of a name that comes while a listener begins, the emulator now and then tells nothing. */
    private void listen(Contender waiter) {
        LockId id = fixture.backend.newLockId(OTHER_KEY);
        acquire(fixture.backend, OTHER_KEY, id);
        try (WakeUps.Place place = waiter.backend.wakeUps().orElseThrow().enter(OTHER_KEY, () -> {})) {
            assertThat(place.acquire(waiter.backend.newLockId(OTHER_KEY), Fixture.TTL, Duration.ZERO))
                    .isInstanceOf(Contended.class);
            Fixture.until(() -> waiter.wire.hears() && waiter.wire.heard() >= 1 && waiter.wire.inFlight() == 0);
        }
        // Its name comes and goes, before the release writes to the queue.
        Fixture.until(() -> waiter.wire.heard() >= 2 && waiter.wire.inFlight() == 0);
        assertThat(fixture.backend.release(id)).isEqualTo(ReleaseResult.RELEASED);
        Fixture.until(() -> fixture.wire.inFlight() == 0);
        fixture.wire.takeBill();
        waiter.wire.takeBill();
    }

    private void release() {
        assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);
    }

    private static void assertOwn(Row row, Wire.Bill bill) {
        assertThat(bill).isEqualTo(new Wire.Bill(row.roundTrips, row.reads, row.writes, 0, 0));
    }

    /** Returns what a process is billed for when an operation has returned, while nothing that it writes to queues arrives. */
    private static Wire.Bill billBesideQueues(Wire wire, Runnable operation) {
        wire.holdQueueWrites(true);
        wire.takeBill();
        operation.run();
        // The operation may return before the other write has begun.
        Fixture.until(() -> wire.holding() == 1);
        Wire.Bill bill = wire.takeBill();
        wire.holdQueueWrites(false);
        Fixture.until(() -> wire.inFlight() == 0);
        return bill;
    }

    /** Another change of the queue, which is heard after all earlier ones, shows that there is no further one on its way. */
    private void assertHeard(Row row, Contender... inQueue) {
        for (Contender waiter : inQueue) {
            Fixture.until(() -> waiter.wire.heard() >= row.heard);
        }
        Fixture.done(fixture.queueDocument().set(Map.of("test", "mark"), SetOptions.merge()));
        for (Contender waiter : inQueue) {
            Fixture.until(() -> waiter.wire.heard() >= row.heard + 1);
            assertThat(waiter.wire.takeBill()).as("what is heard, and the mark").isEqualTo(heard(row.heard + 1));
        }
    }

    private static Wire.Bill heard(int reads) {
        return new Wire.Bill(0, 0, 0, 0, reads);
    }

    private WakeUps.Place enter(Contender waiter, Runnable wake) {
        return waiter.backend.wakeUps().orElseThrow().enter(fixture.key, wake);
    }

    private AcquireResult attempt(Contender waiter, WakeUps.Place place) {
        return place.acquire(waiter.backend.newLockId(fixture.key), Fixture.TTL, Duration.ZERO);
    }

    private WakeUps.Place join(Contender waiter) {
        return join(waiter, () -> {});
    }

    /** Has a process wait, until its name is in the queue and the lock says that it is awaited. */
    private WakeUps.Place join(Contender waiter, Runnable wake) {
        WakeUps.Place place = enter(waiter, wake);
        assertThat(attempt(waiter, place)).isInstanceOf(Contended.class);
        Fixture.until(() -> waiter.wire.heard() >= 1 && waiter.wire.inFlight() == 0);
        waiter.wire.takeBill();
        return place;
    }

    private void assertBeginning(Row row, Contender waiter) {
        waiter.wire.holdCommit();
        waiter.wire.takeBill();

        assertThat(attempt(waiter, enter(waiter, () -> {}))).isInstanceOf(Contended.class);

        Fixture.until(() -> waiter.wire.holding() == 1);
        Wire.Bill returned = waiter.wire.takeBill();
        assertThat(returned).as("while no commit is answered").isEqualTo(new Wire.Bill(1, 1, 1, 0, 0));
        waiter.wire.deliver();
        Fixture.until(() -> waiter.wire.heard() >= row.heard && waiter.wire.inFlight() == 0);
        // Each commit is answered, and nobody waits for that.
        Wire.Bill beginning = new Wire.Bill(row.roundTrips + row.writes, row.reads, row.writes - 1, 0, row.heard);
        assertThat(waiter.wire.takeBill()).as("after that, and what is heard").isEqualTo(beginning);
        assertThat(LockDocument.in(Fixture.done(fixture.lockDocument().get()))
                        .orElseThrow()
                        .awaited())
                .isTrue();
    }

    private static void assertRenewal(Row row, Contender waiter) {
        waiter.wire.holdCommit();

        Fixture.until(waiter.wire::isHolding);

        assertOwn(row, waiter.wire.takeBill());
        waiter.wire.deliver();
        Fixture.until(() -> waiter.wire.heard() >= row.heard && waiter.wire.inFlight() == 0);
        assertThat(waiter.wire.takeBill())
                .as("the answer that nobody waits for, and what is heard")
                .isEqualTo(new Wire.Bill(1, 0, 0, 0, row.heard));
    }

    private void assertWoken(Row row) {
        AtomicInteger wakes = new AtomicInteger();
        WakeUps.Place place = join(first, wakes::incrementAndGet);
        join(second);
        release();
        // Both have heard of the second one's joining and of the release.
        Fixture.until(() -> wakes.get() > 0 && first.wire.heard() >= 2 && second.wire.heard() >= 1);
        first.wire.takeBill();
        second.wire.takeBill();

        assertOwn(row, billBesideQueues(first.wire, () -> assertThat(attempt(first, place))
                .isInstanceOf(Acquired.class)));

        Fixture.until(() -> first.wire.heard() >= row.heard);
        assertHeard(row, second);
    }

    private void assertUnheard(Row row) {
        join(first);
        release();
        long slot = fixture.options.handOverSlot().toMillis();
        Fixture.until(() -> sinceRelease() > slot && first.wire.heard() >= 1);
        first.wire.takeBill();
        second.wire.takeBill();

        assertOwn(row, billBesideQueues(second.wire, () -> assertThat(attempt(second, enter(second, () -> {})))
                .isInstanceOf(Acquired.class)));

        // The first did not come at its turn, so its name is removed. It joins again, and hears of both.
        Fixture.until(() -> first.wire.heard() >= row.heard + 1);
    }

    /** Returns the time since the release on Firestore's clock, in ms. */
    private long sinceRelease() {
        var queue = Fixture.done(fixture.queueDocument().get());
        return ServerTimes.millis(queue.getReadTime()) - WaitQueue.of(queue).releasedAtMillis();
    }

    private void assertCeasing(Row row) {
        WakeUps.Place place = join(first);
        join(second);
        Fixture.until(() -> first.wire.heard() >= 1);
        first.wire.takeBill();
        first.wire.holdCommit();

        place.close();

        Fixture.until(first.wire::isHolding);
        assertOwn(row, first.wire.takeBill());
        first.wire.deliver();
        Fixture.until(() -> first.wire.heard() >= row.heard && first.wire.inFlight() == 0);
        assertThat(first.wire.takeBill())
                .as("the answer that nobody waits for, and what is heard")
                .isEqualTo(new Wire.Bill(1, 0, 0, 0, row.heard));
        assertHeard(row, second);
    }

    @Test
    @DisplayName("FST-3, FST-5 each operation is billed for less than with a transaction on lock and counter documents")
    void lessThanTransactions() {
        LockId id = fixture.backend.newLockId(fixture.key);
        Wire.Bill acquire = bill(() -> acquire(fixture.backend, fixture.key, id));
        Wire.Bill contended = bill(() -> assertThat(fixture.backend.acquire(fixture.key, LockId.random(), Fixture.TTL))
                .isInstanceOf(Contended.class));
        Wire.Bill extend = bill(() -> extend(fixture.backend, id));
        Wire.Bill release = bill(() -> assertThat(fixture.backend.release(id)).isEqualTo(ReleaseResult.RELEASED));

        // What the TypeScript library is billed for.
        Wire.Bill itsAcquire = new Wire.Bill(0, 2, 2, 0, 0);
        Wire.Bill itsContended = new Wire.Bill(0, 2, 0, 0, 0);
        Wire.Bill itsExtend = new Wire.Bill(0, 1, 1, 0, 0);
        Wire.Bill itsRelease = new Wire.Bill(0, 1, 0, 1, 0);
        assertThat(acquire.operations()).isLessThan(itsAcquire.operations());
        assertThat(contended.operations()).isLessThan(itsContended.operations());
        assertThat(extend.operations()).isLessThan(itsExtend.operations());
        assertThat(release.operations()).isLessThan(itsRelease.operations());
        // A write is dearer than a read and a deletion, so a release by itself is. The acquire saves more than that.
        assertThat(price(acquire.plus(release))).isLessThan(price(itsAcquire.plus(itsRelease)));
        assertThat(price(contended)).isLessThan(price(itsContended));
        assertThat(price(extend)).isLessThan(price(itsExtend));
    }

    private static int price(Wire.Bill bill) {
        return (bill.reads() + bill.heard()) * READ_PRICE + bill.writes() * WRITE_PRICE + bill.deletes() * DELETE_PRICE;
    }
}

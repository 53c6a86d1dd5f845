package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.firestore.DocumentSnapshot;
import io.syncguard.testsupport.Pause;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Those in one backend that wait for one lock. */
@Timeout(180)
class LockWaitersTest {
    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final Fixture fixture = new Fixture();
    private final FirestoreThreads threads = new FirestoreThreads();
    private final LockWaiters lock = new LockWaiters(
            new FirestoreStore(() -> fixture.raw, fixture.options),
            new LocalWaiters("process", Duration.ofMillis(200), key -> key.value()),
            threads,
            fixture.key,
            () -> true);

    @AfterEach
    void close() {
        threads.close();
        fixture.close();
    }

    private LockWaiters.Waiter attached() {
        LockWaiters.Waiter waiter = new LockWaiters.Waiter(() -> {});
        assertThat(lock.attach(waiter)).isTrue();
        return waiter;
    }

    @Test
    @DisplayName("WAI-6 it is over when the last has left, and nobody comes any more")
    void lastLeaves() {
        LockWaiters.Waiter first = attached();
        LockWaiters.Waiter second = attached();

        assertThat(lock.detach(first)).isEmpty();
        assertThat(lock.isOver()).isFalse();
        assertThat(lock.detach(second)).as("a name to remove").isEmpty();
        assertThat(lock.isOver()).isTrue();
        assertThat(lock.attach(first)).isFalse();
    }

    @Test
    @DisplayName("OPT-3 one that was closed stays so when one of those that wait leaves")
    void closed() {
        LockWaiters.Waiter first = attached();
        LockWaiters.Waiter unused = attached();
        assertThat(lock.close()).isEmpty();

        assertThat(lock.detach(first)).isEmpty();
        assertThat(lock.isOver()).isTrue();
    }

    @Test
    @DisplayName("WAI-5 the only waiter that has acquired the lock does not join the queue again before it leaves")
    void servedDoesNotJoin() {
        LockWaiters.Waiter waiter = attached();
        lock.leftToOthers(new ServerTime(TimeUnit.SECONDS.toMicros(1_000), System.nanoTime(), System.nanoTime()));
        lock.attemptBegins();
        lock.attemptEnds(true);

        lock.unlisted();

        assertThat(lock.detach(waiter)).as("a name to remove").isEmpty();
    }

    @Test
    @DisplayName("WAI-5 a process joins the queue again if one of its waiters was served and another one waits on")
    void othersJoinAgain() {
        LockWaiters.Waiter served = attached();
        LockWaiters.Waiter other = attached();
        lock.leftToOthers(new ServerTime(TimeUnit.SECONDS.toMicros(1_000), System.nanoTime(), System.nanoTime()));
        lock.attemptBegins();
        lock.attemptEnds(true);

        lock.unlisted();

        assertThat(lock.detach(served)).isEmpty();
        assertThat(lock.detach(other)).as("a name to remove").isPresent();
    }

    @Test
    @DisplayName("WAI-5 a process that joined again before it heard that it was off the queue leaves nevertheless")
    void leavesAfterOldNews() {
        LockWaiters.Waiter waiter = attached();
        fixture.acquire();
        DocumentSnapshot found = Fixture.done(fixture.lockDocument().get());
        lock.attemptBegins();
        lock.taken(
                LockDocument.in(found).orElseThrow(),
                ServerTime.of(found.getReadTime(), System.nanoTime(), System.nanoTime()));
        Fixture.until(() -> queued() == 1);

        // The answer to the join.
        Pause.millis(300);

        lock.unlisted();

        assertThat(lock.detach(waiter)).as("the removal of the name").isPresent();
        Fixture.until(() -> queued() == 0);
    }

    private int queued() {
        return WaitQueue.of(Fixture.done(fixture.queueDocument().get())).names().size();
    }
}

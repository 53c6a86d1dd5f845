package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.firestore.DocumentSnapshot;
import java.time.Duration;
import java.util.List;
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
    private final FirestoreStore store = new FirestoreStore(() -> fixture.raw, fixture.options);
    private final QueueWriter queues = new QueueWriter(store, threads);
    private final LockWaiters lock = new LockWaiters(
            store,
            new LocalWaiters("process", Duration.ofMillis(200), key -> key.value(), queues),
            threads,
            fixture.key,
            store.documentId(fixture.key),
            new AlwaysListening());

    private static final class AlwaysListening implements QueuedName.Listening {
        @Override
        public boolean begin() {
            return true;
        }

        @Override
        public boolean isCurrent() {
            return true;
        }
    }

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

        lock.detach(first);
        assertThat(lock.isOver()).isFalse();
        lock.detach(second);
        assertThat(lock.isOver()).isTrue();
        assertThat(lock.attach(first)).isFalse();
    }

    @Test
    @DisplayName("OPT-3 one that was closed stays so when one of those that wait leaves")
    void closed() {
        LockWaiters.Waiter first = attached();
        LockWaiters.Waiter unused = attached();
        lock.close();

        lock.detach(first);
        assertThat(lock.isOver()).isTrue();
    }

    /** Has a process join the queue of a lock that somebody else holds. Returns the lock's document. */
    private LockDocument join() {
        fixture.acquire();
        DocumentSnapshot found = Fixture.done(fixture.lockDocument().get());
        LockDocument held = LockDocument.in(found).orElseThrow();
        lock.attemptBegins();
        lock.taken(held, ServerTime.of(found.getReadTime(), System.nanoTime(), System.nanoTime()));
        Fixture.until(() -> queued() == 1 && !isWriting());
        return held;
    }

    private boolean isWriting() {
        return queues.isWriting(store.documentId(fixture.key));
    }

    @Test
    @DisplayName("WAI-5 the only waiter that has acquired the lock does not join the queue again before it leaves")
    void servedDoesNotJoin() {
        LockWaiters.Waiter waiter = attached();
        LockDocument held = join();
        lock.attemptEnds(waiter, false);

        lock.attemptBegins();
        lock.acquired(held, true);
        lock.attemptEnds(waiter, true);
        Fixture.until(() -> queued() == 0 && !isWriting());
        lock.unlisted();

        assertThat(isWriting()).isFalse();
        lock.detach(waiter);
        assertThat(isWriting()).isFalse();
    }

    @Test
    @DisplayName("WAI-5 one that acquires a lock without having looked at the queue leaves the names of others there")
    void othersStay() {
        LockWaiters.Waiter waiter = attached();
        LockDocument held = join();
        Fixture.done(fixture.queueDocument().update(WaitQueue.NAMES, List.of("one", "two")));
        lock.read(WaitQueue.of(Fixture.done(fixture.queueDocument().get())));
        lock.attemptEnds(waiter, false);

        lock.attemptBegins();
        lock.acquired(held, true);
        lock.attemptEnds(waiter, true);

        Fixture.until(() -> !isWriting());
        assertThat(queued()).isEqualTo(2);
    }

    @Test
    @DisplayName("WAI-5 a process joins the queue again if one of its waiters was served and another one waits on")
    void othersJoinAgain() {
        LockWaiters.Waiter served = attached();
        LockWaiters.Waiter other = attached();
        LockDocument held = join();
        lock.attemptEnds(served, false);

        lock.attemptBegins();
        lock.acquired(held, true);
        lock.attemptEnds(served, true);
        Fixture.until(() -> queued() == 0 && !isWriting());
        lock.unlisted();
        Fixture.until(() -> queued() == 1 && !isWriting());

        lock.detach(served);
        assertThat(queued()).isEqualTo(1);
        lock.detach(other);
        Fixture.until(() -> queued() == 0);
    }

    @Test
    @DisplayName("WAI-5 a process that joined again before it heard that it was off the queue leaves nevertheless")
    void leavesAfterOldNews() {
        LockWaiters.Waiter waiter = attached();
        join();

        lock.unlisted();

        lock.detach(waiter);
        Fixture.until(() -> queued() == 0);
    }

    private int queued() {
        return WaitQueue.of(Fixture.done(fixture.queueDocument().get())).names().size();
    }
}

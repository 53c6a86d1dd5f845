package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Those in one backend that wait for one lock. */
@Timeout(180)
class WaitedLockTest {
    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final Fixture fixture = new Fixture();
    private final FirestoreThreads threads = new FirestoreThreads();
    private final WaitedLock lock = new WaitedLock(
            new FirestoreStore(fixture.raw, fixture.options),
            new Turns("process", key -> key.value()),
            threads,
            fixture.key,
            () -> true);

    @AfterEach
    void close() {
        threads.close();
        fixture.close();
    }

    private WaitedLock.Waiter attached() {
        WaitedLock.Waiter waiter = new WaitedLock.Waiter(() -> {});
        assertThat(lock.attach(waiter)).isTrue();
        return waiter;
    }

    @Test
    @DisplayName("WAI-6 it is over when the last has left, and nobody comes any more")
    void lastLeaves() {
        WaitedLock.Waiter first = attached();
        WaitedLock.Waiter second = attached();

        assertThat(lock.detach(first)).isFalse();
        assertThat(lock.detach(second)).isTrue();
        assertThat(lock.attach(first)).isFalse();
    }

    @Test
    @DisplayName("OPT-3 one that was closed stays so when one of those that wait leaves")
    void closed() {
        WaitedLock.Waiter first = attached();
        WaitedLock.Waiter unused = attached();
        lock.close();

        assertThat(lock.detach(first)).isTrue();
        assertThat(lock.isOver()).isTrue();
    }
}

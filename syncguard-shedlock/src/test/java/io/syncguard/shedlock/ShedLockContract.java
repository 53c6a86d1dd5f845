package io.syncguard.shedlock;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.SyncGuard;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import net.javacrumbs.shedlock.core.ClockProvider;
import net.javacrumbs.shedlock.core.ExtensibleLockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.test.support.AbstractExtensibleLockProviderIntegrationTest;
import net.javacrumbs.shedlock.test.support.FuzzTester;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * ShedLock's own tests of a provider. Three of them are run in another way, because a lock that nobody released is free one second after
 * its end, and ShedLock's tests would have it free at its end.
 */
@Timeout(120)
@Tag("side-by-side")
abstract class ShedLockContract extends AbstractExtensibleLockProviderIntegrationTest {
    private static final Duration TOLERANCE = Duration.ofSeconds(1);

    /** How long a lock may outlive its end in the test that runs. */
    private Duration grace = Duration.ZERO;

    /** Returns the guard of the provider; the same at each call. */
    abstract SyncGuard guard();

    /** Returns a guard of another process; the same at each call. */
    abstract SyncGuard elsewhere();

    /** Returns how often each thread of the fuzz test works. */
    abstract int fuzzIterations();

    @AfterEach
    void close() {
        guard().close();
        elsewhere().close();
    }

    @Override
    protected ExtensibleLockProvider getLockProvider() {
        return new SyncGuardLockProvider(guard()).withKeyPrefix("jobs");
    }

    private boolean isLocked(String lockName) {
        return elsewhere().isLocked("jobs:" + lockName);
    }

    @Override
    protected void assertLocked(String lockName) {
        assertThat(isLocked(lockName)).isTrue();
    }

    @Override
    protected void assertUnlocked(String lockName) {
        long start = System.nanoTime();
        while (!grace.isZero() && isLocked(lockName) && System.nanoTime() - start < grace.toNanos()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        assertThat(isLocked(lockName)).isFalse();
    }

    /** The lock of 2 ms is free after 1002 ms and not after 4 ms. Its holder is refused the extension after 2 ms. */
    @Override
    @Test
    public void shouldNotBeAbleToExtendExpiredLock() {
        grace = TOLERANCE.plusMillis(100);
        super.shouldNotBeAbleToExtendExpiredLock();
    }

    /** A lock of 50 ms is free after 1050 ms, and this test waits for 100 ms. One of 1.2 s is free after 2.2 s, and it waits for 2.4 s. */
    @Override
    @Test
    public void shouldTimeout() throws InterruptedException {
        doTestTimeout(Duration.ofMillis(1_200));
    }

    /**
     * The tester has each lock held for 5 ms at least. A lock that is left to its minimum hold outlives it by the tolerance, so the test
     * would take minutes. It is about exclusion, so the minimum hold is left out here.
     */
    @Override
    @Test
    public void fuzzTestShouldPass() throws ExecutionException, InterruptedException {
        ExtensibleLockProvider provider = getLockProvider();
        LockProvider withoutMinHold = lock -> provider.lock(
                new LockConfiguration(ClockProvider.now(), lock.getName(), lock.getLockAtMostFor(), Duration.ZERO));
        new FuzzTester(withoutMinHold, Duration.ofMillis(1), Duration.ofMinutes(5), fuzzIterations()).doFuzzTest();
    }
}

package io.syncguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.Backend;
import io.syncguard.GuardOptions;
import io.syncguard.HeldLock;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockListing;
import io.syncguard.testsupport.Pause;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Locks that are held, and waited for, by two guards of this process. */
final class LocksOfTest implements AutoCloseable {
    static final String HOLDER = "worker-7";

    private static final LockOptions OPTIONS =
            LockOptions.defaults().withTtl(Duration.ofMinutes(30)).withTimeout(Duration.ofMinutes(10));

    private final LockBackend lookedAt;
    private final SyncGuard holder;
    private final SyncGuard waiter;

    LocksOfTest(Supplier<Backend> backend) {
        this.lookedAt = (LockBackend) backend.get();
        this.holder = SyncGuard.using(backend.get(), GuardOptions.defaults().withHolder(HOLDER));
        this.waiter = SyncGuard.using(backend.get());
    }

    /** Returns those in a Redis. */
    static LocksOfTest at(String uri) {
        return new LocksOfTest(() -> SyncGuard.openBackend(patient(uri)));
    }

    /** Returns the URI with timeouts for a machine that runs other things too. */
    static String patient(String uri) {
        return uri + (uri.contains("?") ? "&" : "?") + "operationTimeoutMillis=20000&connectTimeoutMillis=40000";
    }

    HeldLock hold(String key) {
        return holder.acquire(key, OPTIONS);
    }

    /** Has somebody wait for a lock that is held, and returns once the server knows. */
    void awaitIn(String key) {
        var unused = waiter.async().acquire(key, OPTIONS);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (waiting(key) == 0) {
            assertThat(System.nanoTime() - end).as("somebody waits").isNegative();
            Pause.millis(20);
        }
    }

    private int waiting(String key) {
        int waiting = 0;
        Optional<String> cursor = Optional.of(LockListing.START);
        while (cursor.isPresent()) {
            LockListing.Page page = lookedAt.listing().orElseThrow().page(key, cursor.get());
            waiting += page.locks().stream()
                    .mapToInt(each -> each.waiting().orElse(0))
                    .sum();
            cursor = page.next();
        }
        return waiting;
    }

    @Override
    public void close() {
        waiter.close();
        holder.close();
        lookedAt.close();
    }
}

package io.syncguard.spring.boot;

import io.syncguard.Backend;
import io.syncguard.LockException;
import io.syncguard.LockInfo;
import io.syncguard.LockRecord;
import io.syncguard.spi.DaemonThreads;
import io.syncguard.spi.ListedLock;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockListing;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * Lists who holds what. Shows fingerprints of keys, and raw keys only if {@code management.endpoint.locks.show-keys} is set; never a lock id,
 * which is a capability.
 */
@Endpoint(id = "locks")
final class LocksEndpoint {
    private final Supplier<Optional<Backend>> backend;
    private final LocksEndpointProperties properties;

    /**
     * @param backend answers what the guard uses now; empty if nobody can tell
     */
    LocksEndpoint(Supplier<Optional<Backend>> backend, LocksEndpointProperties properties) {
        this.backend = backend;
        this.properties = properties;
    }

    /**
     * A list of locks.
     *
     * @param backend the name of the backend; null if it is unknown
     * @param locks those that were found
     * @param complete whether there are no more
     * @param note why the list may not be complete; null if it is
     */
    record Locks(@Nullable String backend, List<Lock> locks, boolean complete, @Nullable String note) {}

    /**
     * A lock.
     *
     * @param keyFingerprint the fingerprint of its key, as in logs
     * @param key the raw key as it is stored; null unless it is to be shown
     * @param holder the label of its holder; null if that has none
     * @param fence the fencing token
     * @param acquiredAt when it was acquired, by the server's clock
     * @param expiresAt when its ttl ends, by the server's clock
     * @param remainingMillis what was left of its ttl
     * @param waiting how many processes wait for it; null if the backend cannot tell
     */
    record Lock(
            String keyFingerprint,
            @Nullable String key,
            @Nullable String holder,
            long fence,
            Instant acquiredAt,
            Instant expiresAt,
            long remainingMillis,
            @Nullable Integer waiting) {}

    /**
     * Returns the locks of the guard's backend. Blocks for a round trip for each page, and no longer than the timeout.
     * If the system fails, the list has what was found before, and its note says why.
     */
    @ReadOperation
    public Locks locks() {
        Optional<Backend> known = backend.get();
        if (known.isEmpty()) {
            return new Locks(
                    null, List.of(), false, "the SyncGuard is the application's own, whose backend is unknown here");
        }
        // Every backend is one.
        LockBackend listed = (LockBackend) known.get();
        return listed.listing()
                .map(listing -> list(listed.name(), listing))
                .orElseGet(
                        () -> new Locks(listed.name(), List.of(), false, "this backend offers no list of its locks"));
    }

    /** A page may take the operation timeout, and longer while the first connection is opened. An interrupt ends it. */
    private Locks list(String name, LockListing listing) {
        Queue<Lock> found = new ConcurrentLinkedQueue<>();
        FutureTask<Locks> list = new FutureTask<>(() -> pages(name, listing, found));
        DaemonThreads.unstarted("syncguard-locks-endpoint", list).start();
        try {
            return list.get(properties.timeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return incomplete(name, found, "management.endpoint.locks.timeout is over, and there may be more");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return incomplete(name, found, "interrupted");
        } catch (ExecutionException e) {
            throw new IllegalStateException("the list of locks failed, see the cause", e.getCause());
        } finally {
            list.cancel(true);
        }
    }

    private static Locks incomplete(String name, Collection<Lock> found, String note) {
        return new Locks(name, List.copyOf(found), false, note);
    }

    private Locks pages(String name, LockListing listing, Queue<Lock> found) {
        int count = 0;
        Optional<String> cursor = Optional.of(LockListing.START);
        while (cursor.isPresent()) {
            LockListing.Page page;
            try {
                page = listing.page("", cursor.get());
            } catch (LockException e) {
                return incomplete(name, found, String.valueOf(e.getMessage()));
            }
            for (ListedLock each : page.locks()) {
                if (count++ == properties.limit()) {
                    return incomplete(name, found, "there are more than management.endpoint.locks.limit");
                }
                found.add(shown(each));
            }
            cursor = page.next();
            if (Thread.interrupted()) {
                return incomplete(name, found, "nobody waits for it any more");
            }
        }
        return new Locks(name, List.copyOf(found), true, null);
    }

    private Lock shown(ListedLock listed) {
        LockRecord raw = listed.lock();
        LockInfo info = raw.info();
        return new Lock(
                info.keyFingerprint(),
                properties.showKeys() ? raw.key() : null,
                info.holder().orElse(null),
                info.fence().value(),
                info.acquiredAt(),
                info.expiresAt(),
                info.remaining().toMillis(),
                listed.waiting().isPresent() ? listed.waiting().getAsInt() : null);
    }
}

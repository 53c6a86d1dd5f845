package io.syncguard.cli;

import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.spi.ListedLock;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockListing;
import java.text.Normalizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads all pages of a listing. Not thread-safe, except for the count of what was found. */
final class LockScan {
    private final LockListing listing;
    private final String start;
    private volatile int found;

    /**
     * Creates one for the locks whose keys begin with a text.
     *
     * @throws UsageException if the backend cannot list its locks
     */
    LockScan(LockBackend backend, String start) {
        this.listing = backend.listing()
                .orElseThrow(() -> new UsageException("this backend cannot list its locks: " + backend.name()));
        // Keys are stored so (KEY-2).
        this.start = Normalizer.normalize(start, Normalizer.Form.NFC);
    }

    /**
     * Returns the locks in no order, each of them once. Blocks for as long as it takes to read all pages.
     *
     * @throws LockException as the listing does
     */
    List<LockView> locks() {
        Map<LockId, ListedLock> locks = new LinkedHashMap<>();
        Optional<String> cursor = Optional.of(LockListing.START);
        while (cursor.isPresent()) {
            LockListing.Page page = listing.page(start, cursor.get());
            page.locks().forEach(lock -> locks.put(lock.lock().id(), lock));
            found = locks.size();
            cursor = page.next();
        }
        return locks.values().stream().map(LockView::of).toList();
    }

    /** Returns how many were found so far. Any thread may ask. */
    int found() {
        return found;
    }
}

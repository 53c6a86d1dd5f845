package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.spi.ListedLock;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockListing;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;

/** Whole lists of a backend's locks. */
final class Listed {
    /** No list of a test has so many; one whose cursors run in circles has more. */
    private static final int MOST_PAGES = 100_000;

    private Listed() {}

    /** Returns how a backend lists its locks, or skips the test. */
    static LockListing listing(LockBackend backend) {
        return backend.listing()
                .orElseGet(() -> Assumptions.abort("this backend does not list its locks (LockListing)"));
    }

    /** Returns the start of keys that no other test uses. */
    static String freshStart() {
        return "listed-" + LockId.random().value() + "-";
    }

    static LockKey key(String start, int number) {
        return LockKey.of(start + number);
    }

    /** Returns all locks whose stored keys begin with a text. */
    static List<ListedLock> all(LockBackend backend, String start) {
        return all(backend, start, () -> {});
    }

    private static List<ListedLock> all(LockBackend backend, String start, Runnable betweenPages) {
        LockListing listing = listing(backend);
        List<ListedLock> all = new ArrayList<>();
        Optional<String> cursor = Optional.of(LockListing.START);
        int pages = 0;
        while (cursor.isPresent()) {
            LockListing.Page page = listing.page(start, cursor.get());
            all.addAll(page.locks());
            cursor = page.next();
            betweenPages.run();
            assertThat(++pages).as("LST-1 how many pages a list has").isLessThan(MOST_PAGES);
        }
        return all;
    }

    /** Returns the ids of all locks whose stored keys begin with a text. */
    static Set<LockId> ids(LockBackend backend, String start) {
        return ids(backend, start, () -> {});
    }

    /**
     * As {@link #ids(LockBackend, String)}.
     *
     * @param betweenPages is run after each page
     */
    static Set<LockId> ids(LockBackend backend, String start, Runnable betweenPages) {
        Set<LockId> ids = new LinkedHashSet<>();
        all(backend, start, betweenPages).forEach(each -> ids.add(each.lock().id()));
        return ids;
    }
}

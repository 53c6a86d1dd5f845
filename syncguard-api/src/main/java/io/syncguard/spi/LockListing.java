package io.syncguard.spi;

import io.syncguard.CheckReturnValue;
import io.syncguard.LockException;
import java.text.Normalizer;
import java.util.List;
import java.util.Optional;

/**
 * Lists the locks of a backend, for tools that show who holds what. Not for deciding anything: a lock that is listed may be gone by the
 * time the list is read. Optional. Thread-safe.
 *
 * <p>A list comes in pages, each of which is one call:
 *
 * <pre>{@code
 * Optional<String> cursor = Optional.of(LockListing.START);
 * while (cursor.isPresent()) {
 *     LockListing.Page page = listing.page("orders:", cursor.get());
 *     page.locks().forEach(this::show);
 *     cursor = page.next();
 * }
 * }</pre>
 */
public interface LockListing {
    /** The cursor of the first page. */
    String START = "";

    /**
     * Returns one page of the live locks whose stored keys begin with a text. Changes nothing (LST-1).
     *
     * <p>All pages together have each lock that was live from the first call to the last one, at least once. They may have a lock twice, and
     * may have or lack one that was acquired or released meanwhile. A page may be empty and not the last one.
     *
     * <p>Blocks for one round trip, and never longer than the backend's operation timeout (OPT-2). Interrupting the caller ends the call with
     * {@code ABORTED} (OPT-1).
     *
     * @param start what the stored keys begin with, in any normal form (KEY-2); empty for all locks. A key that is stored by its hash form
     *     (KEY-4) begins with {@code hash:}
     * @param cursor {@link #START} at first, and then what the page before says
     * @throws LockException as a lookup does; {@code AUTH_FAILED} if the user may not list; {@code INVALID_ARGUMENT} if an
     *     argument is null, the start has an unpaired surrogate, or the cursor is none of this backend's
     */
    @CheckReturnValue
    Page page(String start, String cursor);

    /**
     * Returns a start as keys are stored, for implementations of {@link #page}.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is null or has an unpaired surrogate
     */
    @CheckReturnValue
    static String checkedStart(String start) {
        return Normalizer.normalize(StoredText.checked("the start of the keys to list", start), Normalizer.Form.NFC);
    }

    /** Returns what {@link #page} throws for a cursor that is none of the backend's, or null: {@code INVALID_ARGUMENT}. */
    @CheckReturnValue
    static LockException notACursor() {
        return LockException.invalidArgument("this cursor is none of this backend's; begin with LockListing.START");
    }

    /**
     * Some of the locks.
     *
     * @param locks in no order
     * @param next the cursor of the next page; empty if this is the last one
     */
    record Page(List<ListedLock> locks, Optional<String> next) {
        /** Copies the list. */
        public Page {
            locks = List.copyOf(locks);
        }
    }
}

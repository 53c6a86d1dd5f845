package io.syncguard.conformance;

import io.syncguard.LockException;
import io.syncguard.LockRecord;
import io.syncguard.conformance.ModelServer.Lock;
import io.syncguard.spi.ListedLock;
import io.syncguard.spi.LockListing;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The model's lists: locks in the order of their keys, so that a cursor is the last key. With faults of its own. */
final class ModelListing implements LockListing {
    private static final int PAGE = 4;
    private static final int PAGE_OF_ALL = 400;

    private final ModelServer server;
    private final @Nullable Fault fault;
    private final Predicate<Lock> live;
    private final Function<Lock, LockRecord> answered;
    private final Runnable check;

    /**
     * @param check throws if the backend is not to be used
     */
    ModelListing(
            ModelServer server,
            @Nullable Fault fault,
            Predicate<Lock> live,
            Function<Lock, LockRecord> answered,
            Runnable check) {
        this.server = server;
        this.fault = fault;
        this.live = live;
        this.answered = answered;
        this.check = check;
    }

    @Override
    public Page page(String start, String cursor) {
        check.run();
        String stored = Normalizer.normalize(start, Normalizer.Form.NFC);
        if (start.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw LockException.invalidArgument("half a surrogate pair");
        }
        if (!cursor.equals(START) && !cursor.startsWith("@") && fault != Fault.LISTS_FROM_UNKNOWN_CURSOR) {
            throw LockException.invalidArgument("not a cursor of the model");
        }
        synchronized (server) {
            List<Lock> all = sorted();
            int from = 0;
            while (from < all.size() && !cursor.equals(START) && !isAfter(all.get(from), cursor, from)) {
                from++;
            }
            int to = Math.min(all.size(), from + (start.isEmpty() ? PAGE_OF_ALL : PAGE));
            List<ListedLock> page = new ArrayList<>();
            for (Lock each : all.subList(from, to)) {
                if (isListed(each, stored)) {
                    page.add(new ListedLock(answered.apply(each), OptionalInt.of(waitingFor(each.key()))));
                }
            }
            boolean last = to == all.size() || fault == Fault.LISTS_FIRST_PAGE_ONLY;
            return new Page(page, last ? Optional.empty() : Optional.of(cursorAfter(all.get(to - 1), to)));
        }
    }

    private List<Lock> sorted() {
        Comparator<Lock> byKey = Comparator.comparing(Lock::key);
        return server.locks.values().stream()
                .sorted(fault == Fault.LISTS_BY_EXPIRY ? Comparator.comparing(Lock::expiresAt) : byKey)
                .toList();
    }

    private boolean isAfter(Lock lock, String cursor, int position) {
        if (fault == Fault.LISTS_BY_POSITION) {
            return position >= Integer.parseInt(cursor.substring(1));
        }
        return fault == Fault.LISTS_BY_EXPIRY
                ? lock.expiresAt() > Long.parseLong(cursor.substring(1))
                : lock.key().compareTo(cursor.substring(1)) > 0;
    }

    private String cursorAfter(Lock lock, int position) {
        if (fault == Fault.LISTS_BY_POSITION) {
            return "@" + position;
        }
        return "@" + (fault == Fault.LISTS_BY_EXPIRY ? lock.expiresAt() : lock.key());
    }

    private boolean isListed(Lock lock, String start) {
        boolean begins =
                fault == Fault.LISTS_OTHER_KEYS || answered.apply(lock).key().startsWith(start);
        return begins && (fault == Fault.LISTS_DEAD_LOCKS || live.test(lock));
    }

    private int waitingFor(String stored) {
        return fault == Fault.LISTS_NOBODY_WAITING || !server.waiting.containsKey(stored)
                ? 0
                : server.waiting.get(stored).size();
    }
}

package io.syncguard.conformance;

import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.LockRecord;
import io.syncguard.conformance.ModelServer.Lock;
import io.syncguard.spi.ListedLock;
import io.syncguard.spi.LockListing;
import java.text.Normalizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
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
    private final ModelCalls calls;

    /**
     * @param check throws if the backend is not to be used
     */
    ModelListing(
            ModelServer server,
            @Nullable Fault fault,
            Predicate<Lock> live,
            Function<Lock, LockRecord> answered,
            Runnable check,
            ModelCalls calls) {
        this.server = server;
        this.fault = fault;
        this.live = live;
        this.answered = answered;
        this.check = check;
        this.calls = calls;
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
        try {
            return calls.answer(LockOperation.LOOKUP, false, () -> pageNow(stored, cursor));
        } catch (LockException e) {
            if (fault == Fault.LISTS_NOTHING_WHILE_DOWN) {
                return new Page(List.of(), Optional.empty());
            }
            throw e;
        }
    }

    private Page pageNow(String stored, String cursor) {
        synchronized (server) {
            Iterator<Lock> next = after(cursor);
            int size = stored.isEmpty() ? PAGE_OF_ALL : PAGE;
            List<ListedLock> page = new ArrayList<>();
            Lock last = null;
            for (int looked = 0; looked < size && next.hasNext(); looked++) {
                last = next.next();
                if (isListed(last, stored)) {
                    page.add(new ListedLock(listed(last), OptionalInt.of(waitingFor(last.key()))));
                }
            }
            boolean more = next.hasNext() && last != null && fault != Fault.LISTS_FIRST_PAGE_ONLY;
            return new Page(page, more ? Optional.of(cursorAfter(last, positionIn(cursor) + size)) : Optional.empty());
        }
    }

    private LockRecord listed(Lock lock) {
        LockRecord found = answered.apply(lock);
        return fault != Fault.LISTS_NEGATIVE_TIME_LEFT
                ? found
                : new LockRecord(
                        found.key(),
                        found.id(),
                        found.fence(),
                        found.acquiredAt(),
                        found.expiresAt(),
                        Duration.ofMillis(lock.expiresAt() - server.now()),
                        found.holder());
    }

    private Iterator<Lock> after(String cursor) {
        boolean first = cursor.equals(START);
        if (fault == Fault.LISTS_BY_POSITION) {
            return server.locks.values().stream().skip(positionIn(cursor)).iterator();
        }
        if (fault == Fault.LISTS_BY_EXPIRY) {
            return server.locks.values().stream()
                    .sorted(Comparator.comparing(Lock::expiresAt))
                    .filter(lock -> first || lock.expiresAt() > Long.parseLong(cursor.substring(1)))
                    .iterator();
        }
        return (first ? server.locks : server.locks.tailMap(cursor.substring(1), false))
                .values()
                .iterator();
    }

    private int positionIn(String cursor) {
        return fault == Fault.LISTS_BY_POSITION && !cursor.equals(START) ? Integer.parseInt(cursor.substring(1)) : 0;
    }

    private String cursorAfter(Lock lock, int position) {
        if (fault == Fault.LISTS_BY_POSITION) {
            return "@" + position;
        }
        return "@" + (fault == Fault.LISTS_BY_EXPIRY ? lock.expiresAt() : lock.key());
    }

    private boolean isListed(Lock lock, String start) {
        String key = answered.apply(lock).key();
        boolean begins = fault == Fault.LISTS_OTHER_KEYS
                || (fault == Fault.LISTS_BY_PATTERN
                        ? key.matches("(?s)" + Pattern.quote(start).replace("%", "\\E.*\\Q") + ".*")
                        : key.startsWith(start));
        boolean expired = fault == Fault.LISTS_WITHOUT_TOLERANCE && lock.expiresAt() <= server.now();
        return begins && !expired && (fault == Fault.LISTS_DEAD_LOCKS || live.test(lock));
    }

    private int waitingFor(String stored) {
        return fault == Fault.LISTS_NOBODY_WAITING || !server.waiting.containsKey(stored)
                ? 0
                : server.waiting.get(stored).size();
    }
}

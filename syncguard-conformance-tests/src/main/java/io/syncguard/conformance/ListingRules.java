package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.ListedLock;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockListing;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listing locks, where a backend can. */
interface ListingRules extends BackendUnderTest {
    /** More than fit on a page of most backends. */
    int MANY = 320;

    int LISTS = 6;

    @Test
    @DisplayName("LST-1 a list has what lookups answer of the locks whose keys begin with a text, and no others")
    default void listsWhatLookupsAnswer() {
        LockBackend backend = backend();
        LockListing unused = Listed.listing(backend);
        String start = Listed.freshStart();
        Held one = Held.take(backend, Listed.key(start, 1));
        Held other = Held.take(another(), Listed.key(start, 2));
        Held elsewhere = Held.take(backend, Listed.key(Listed.freshStart(), 1));
        LockRecord before = one.foundByKey(backend);

        List<ListedLock> listed = Listed.all(another(), start);

        assertThat(listed)
                .as("LST-1 the ids of the locks whose keys begin with a text")
                .extracting(each -> each.lock().id())
                .containsOnly(one.id(), other.id());
        LockRecord record = listed.stream()
                .map(ListedLock::lock)
                .filter(lock -> lock.id().equals(one.id()))
                .findFirst()
                .orElseThrow();
        assertThat(record)
                .as("LST-1 a listed lock, but for the time that was left of it")
                .usingRecursiveComparison()
                .ignoringFields("remaining")
                .isEqualTo(before);
        assertThat(record.remaining())
                .as("LST-1 the time left of a listed lock")
                .isLessThanOrEqualTo(before.remaining())
                .isPositive();
        assertThat(one.foundByKey(backend).expiresAt())
                .as("LST-1 the expiry of a lock after it was listed")
                .isEqualTo(before.expiresAt());
        assertThat(Listed.ids(backend, ""))
                .as("LST-1 the ids of all locks")
                .contains(one.id(), other.id(), elsewhere.id());
    }

    @Test
    @DisplayName("LST-1, KEY-2 the start of keys may be composed differently")
    default void listsAnyNormalForm() {
        LockBackend backend = backend();
        LockListing unused = Listed.listing(backend);
        String start = Listed.freshStart();
        Held held = Held.take(backend, LockKey.of(start + "e\u0301t\u00e9"));

        assertThat(Listed.ids(backend, start + "\u00e9t"))
                .as("LST-1 the ids by a composed start")
                .containsExactly(held.id());
        assertThat(Listed.ids(backend, start + "e\u0301te\u0301"))
                .as("LST-1 the ids by a decomposed start")
                .containsExactly(held.id());
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "_", "*", "?", "[a-z]", ".", "\\"})
    @DisplayName("LST-1, KEY-3 the start of keys is a text, whatever its characters mean in patterns")
    default void listsByNoPattern(String pattern) {
        LockBackend backend = backend();
        LockListing unused = Listed.listing(backend);
        String start = Listed.freshStart();
        Held held = Held.take(backend, LockKey.of(start + pattern + "x"));
        Held.take(backend, LockKey.of(start + "ax"));
        Held.take(backend, LockKey.of(start + "x"));

        assertThat(Listed.ids(backend, start + pattern))
                .as("LST-1 the ids by a start that ends with %s", pattern)
                .containsExactly(held.id());
    }

    @Test
    @DisplayName("LST-1 a list has no lock that has ended")
    default void listsNoDeadLocks() {
        LockBackend backend = backend();
        LockListing unused = Listed.listing(backend);
        String start = Listed.freshStart();
        Held expired = Held.take(backend, Listed.key(start, 1), new Ttl(1));
        Held released = Held.take(backend, Listed.key(start, 2));
        Held live = Held.take(backend, Listed.key(start, 3));
        released.release(backend);
        Await.until("TIME-3 the lock has expired", () -> !backend.isLocked(expired.key()));

        assertThat(Listed.ids(backend, start))
                .as("LST-1 the ids that a list has after a release and an expiry")
                .containsExactly(live.id());
    }

    @Test
    @DisplayName("LST-1 the pages of a list have each of many locks")
    default void listsMany() {
        LockBackend backend = backend();
        LockListing unused = Listed.listing(backend);
        String start = Listed.freshStart();
        List<LockId> ids = new ArrayList<>();
        List<CompletableFuture<AcquireResult>> acquires = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            LockId id = backend.newLockId(Listed.key(start, i));
            ids.add(id);
            acquires.add(backend.async().acquire(Listed.key(start, i), id, Held.LONG));
        }
        acquires.forEach(
                each -> assertThat(each.join()).as("ACQ-1 acquiring a free key").isInstanceOf(Acquired.class));

        assertThat(Listed.ids(backend, start))
                .as("LST-1 the ids of %d locks", MANY)
                .containsExactlyInAnyOrderElementsOf(ids);
        List<CompletableFuture<?>> releases = new ArrayList<>();
        ids.forEach(id -> releases.add(backend.async().release(id)));
        releases.forEach(CompletableFuture::join);
        assertThat(Listed.ids(backend, start))
                .as("LST-1 the ids after the release of %d locks", MANY)
                .isEmpty();
    }

    @Test
    @DisplayName("LST-1 a list has each lock that is held all the while, though others come and go between its pages")
    default void listsWhileOthersComeAndGo() {
        LockBackend backend = backend();
        LockBackend another = another();
        LockListing unused = Listed.listing(backend);
        String start = Listed.freshStart();
        List<LockId> held = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            held.add(Held.take(backend, Listed.key(start, 10 * i)).id());
        }
        for (int list = 0; list < LISTS; list++) {
            held.forEach(id -> extend(backend, id, Held.LONG));
            // One that shortens must not move a lock out of a list, and one that prolongs may have it there twice.
            Ttl extension = new Ttl(Held.LONG.millis() + (list % 2 == 0 ? -5_000 : 30_000));
            Queue<Held> others = new ArrayDeque<>();
            for (int i = 0; i < 50; i++) {
                if (i % 10 != 0) {
                    others.add(Held.take(another, Listed.key(start, i)));
                }
            }
            Queue<LockId> extended = new ArrayDeque<>(held.subList(list % held.size(), held.size()));

            Set<LockId> ids = Listed.ids(backend, start, () -> {
                Held gone = others.poll();
                if (gone != null) {
                    gone.release(another);
                }
                LockId next = extended.poll();
                if (next != null) {
                    extend(backend, next, extension);
                }
            });

            assertThat(ids)
                    .as("LST-1 the ids of a list, while others come and go")
                    .containsAll(held);
            others.forEach(each -> each.release(another));
        }
    }

    private static void extend(LockBackend backend, LockId id, Ttl ttl) {
        assertThat(backend.extend(id, ttl)).as("EXT-1 extending a live lock").isInstanceOf(Extended.class);
    }

    @Test
    @DisplayName("WAI-6, LST-1 a list tells how many wait for a lock, if it tells that at all")
    default void listsThoseThatWait() {
        LockBackend backend = Waiting.opened(backend());
        LockListing unused = Listed.listing(backend);
        String start = Listed.freshStart();
        Held held = Held.take(backend, Listed.key(start, 1));
        Held other = Held.take(backend, Listed.key(start, 2));
        boolean tells = Listed.all(backend, start).stream()
                .allMatch(each -> each.waiting().isPresent());
        Assumptions.assumeTrue(tells, "this backend does not tell how many wait");

        try (Waiting waiting = Waiting.stand(Waiting.opened(another()), held.key())) {
            Await.until("LST-1 somebody waits for a lock, by a list", () -> waitingFor(backend, start, held) == 1);
            assertThat(waitingFor(backend, start, other))
                    .as("LST-1 how many wait for another lock")
                    .isZero();
            held.release(backend);
            Held taken = waiting.takeWhenCalled("WAI-1 a release calls who waits in another backend");
            Await.until("LST-1 nobody waits any more, by a list", () -> waitingFor(backend, start, taken) == 0);
            taken.release(backend);
        }
    }

    private static int waitingFor(LockBackend backend, String start, Held held) {
        return Listed.all(backend, start).stream()
                .filter(each -> each.lock().id().equals(held.id()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("LST-1 a lock that is held is not listed"))
                .waiting()
                .orElseThrow(() -> new AssertionError("LST-1 how many wait is told once, and not again"));
    }

    @Test
    @DisplayName(
            "LST-1, OPT-1, OPT-3 a list of a closed backend, on an interrupted thread, or from an unknown cursor fails")
    default void listsThatFail() {
        LockBackend backend = another();
        LockListing listing = Listed.listing(backend);

        assertCode("LST-1 a list from an unknown cursor", LockErrorCode.INVALID_ARGUMENT, listing, "", "no cursor");
        assertCode("LST-1 a list of half a surrogate pair", LockErrorCode.INVALID_ARGUMENT, listing, "\ud83d", "");
        boolean flag;
        Thread.currentThread().interrupt();
        try {
            assertCode("OPT-1 a list on an interrupted thread", LockErrorCode.ABORTED, listing, "", LockListing.START);
        } finally {
            flag = Thread.interrupted();
        }
        assertThat(flag).as("OPT-1 the interrupt flag after a list").isTrue();
        backend.close();
        assertCode("OPT-3 a list of a closed backend", LockErrorCode.ABORTED, listing, "", LockListing.START);
    }

    private static void assertCode(String what, LockErrorCode code, LockListing listing, String start, String cursor) {
        LockException e = catchThrowableOfType(LockException.class, () -> {
            var unused = listing.page(start, cursor);
        });
        assertThat(e).as(what + " must fail").isNotNull();
        assertThat(e.code()).as("%s: the code of: %s", what, e).isEqualTo(code);
    }
}

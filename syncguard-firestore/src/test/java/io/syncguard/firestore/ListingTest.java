package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.firestore.CollectionReference;
import com.google.cloud.firestore.WriteBatch;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.spi.ListedLock;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockListing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lists of locks, among documents of all kinds. */
@Timeout(180)
class ListingTest {
    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final Fixture fixture = new Fixture();
    private final CollectionReference locks = fixture.raw.collection(fixture.options.collection());

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    @DisplayName(
            "FST-17, LST-1 a list goes on over pages that are full of locks that have ended and of documents that are none of ours")
    void amongOthers() {
        fixture.acquire();
        Map<String, Object> lock = Fixture.done(fixture.lockDocument().get()).getData();
        List<Map<String, Object>> others = new ArrayList<>();
        for (int i = 0; i < FirestoreStore.MOST_OF_A_PAGE; i++) {
            // Before all ids, and after them.
            others.add(Map.of(LockDocument.LOCK_ID, " somebody's " + i));
            others.add(Map.of(LockDocument.LOCK_ID, "~ somebody's " + i));
            others.add(Map.of(LockDocument.LOCK_ID, i));
            others.add(with(lock, LockDocument.LOCK_ID, LockId.random().value(), LockDocument.EXPIRES_AT, 1L));
        }
        write(others);

        assertThat(listed("")).extracting(each -> each.lock().id()).containsExactly(fixture.id);
        assertThat(listed("jo")).hasSize(1);
        assertThat(listed("another")).isEmpty();
    }

    private static Map<String, Object> with(Map<String, Object> fields, Object... changed) {
        Map<String, Object> copy = new HashMap<>(fields);
        for (int i = 0; i < changed.length; i += 2) {
            copy.put((String) changed[i], changed[i + 1]);
        }
        return copy;
    }

    private void write(List<Map<String, Object>> documents) {
        WriteBatch batch = fixture.raw.batch();
        documents.forEach(each -> batch.set(locks.document(), each));
        Fixture.done(batch.commit());
    }

    private List<ListedLock> listed(String start) {
        LockListing listing = fixture.backend.listing().orElseThrow();
        List<ListedLock> all = new ArrayList<>();
        Optional<String> cursor = Optional.of(LockListing.START);
        while (cursor.isPresent()) {
            LockListing.Page page = listing.page(start, cursor.get());
            all.addAll(page.locks());
            cursor = page.next();
        }
        return all;
    }

    @Test
    @DisplayName("FST-17, LST-1 a list tells how many processes wait for each lock")
    void waiters() {
        fixture.acquire();
        LockKey free = LockKey.of("nobody waits");
        var unused = fixture.backend.acquire(free, LockId.random(), Fixture.TTL);
        try (LockBackend other = FirestoreLockBackend.create(fixture.raw, fixture.options);
                var place = other.wakeUps().orElseThrow().enter(fixture.key, () -> {})) {
            unused = place.acquire(LockId.random(), Fixture.TTL, Duration.ZERO);

            Fixture.until(() -> waiting(fixture.key).equals(OptionalInt.of(1)));
            assertThat(waiting(free)).hasValue(0);
        }
    }

    private OptionalInt waiting(LockKey key) {
        return listed(key.value()).get(0).waiting();
    }
}

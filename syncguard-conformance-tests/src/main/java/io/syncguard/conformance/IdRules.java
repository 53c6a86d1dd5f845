package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.spi.ExtendResult.Absent;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Lock ids. */
interface IdRules extends BackendUnderTest {

    @Test
    @DisplayName("ID-1 a thousand fresh ids have the form of an id and are all different")
    default void freshIdsAreDistinct() {
        LockKey key = key();
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            ids.add(backend().newLockId(key).value());
        }

        assertThat(ids).as("ID-1 fresh ids").hasSize(1_000).allMatch(id -> id.matches("[A-Za-z0-9_-]{22}"));
    }

    @Test
    @DisplayName("ID-2 the lock is held under the id that the caller sent")
    default void callersIdIsUsed() {
        LockBackend backend = backend();
        LockKey key = key();
        LockId id = backend.newLockId(key);

        Held held = Held.take(backend, key, id, Held.LONG);

        assertThat(backend.lookup(key).map(LockRecord::id))
                .as("ID-2 the holder's id")
                .contains(id);
        held.release(backend);
    }

    @Test
    @DisplayName("ID-1 ids are told apart by case")
    default void idsAreCaseSensitive() {
        LockBackend backend = backend();
        LockKey key = key();
        Held held = Held.take(backend, key);
        LockId swapped = LockId.of(swapCase(held.id().value()));

        assertThat(backend.lookup(swapped))
                .as("ID-1 lookup by the holder's id in another case")
                .isEmpty();
        assertThat(backend.extend(swapped, Held.LONG))
                .as("ID-1 extension by the holder's id in another case")
                .isInstanceOf(Absent.class);
        assertThat(backend.release(swapped))
                .as("ID-1 release by the holder's id in another case")
                .isEqualTo(ReleaseResult.ABSENT);
        assertThat(backend.isLocked(key)).as("ID-1 the lock afterwards").isTrue();
    }

    private static String swapCase(String id) {
        StringBuilder swapped = new StringBuilder();
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            swapped.append(Character.isUpperCase(c) ? Character.toLowerCase(c) : Character.toUpperCase(c));
        }
        return swapped.toString();
    }
}

package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.StorageKeys;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which strings are keys, and which keys are the same lock. */
interface KeyRules extends BackendUnderTest {

    @Test
    @DisplayName("KEY-2 composed and decomposed forms of a key are one lock to every operation")
    default void composedAndDecomposedAreOne() {
        LockBackend backend = backend();
        String suffix = key().value();
        LockKey composed = LockKey.of("caf\u00e9-\u1e69-" + suffix);
        LockKey decomposed = LockKey.of("cafe\u0301-s\u0323\u0307-" + suffix);

        Held held = Held.take(backend, composed);

        assertThat(backend.acquire(decomposed, backend.newLockId(decomposed), Held.LONG))
                .as("KEY-2 acquiring the decomposed form while the composed form is held")
                .isInstanceOf(Contended.class);
        assertThat(backend.isLocked(decomposed))
                .as("KEY-2 isLocked of the decomposed form")
                .isTrue();
        assertThat(backend.lookup(decomposed).map(LockRecord::id))
                .as("KEY-2 lookup by the decomposed form")
                .contains(held.id());
    }

    @Test
    @DisplayName("KEY-2 what is stored of a key is its NFC form")
    default void storedFormIsNfc() {
        LockKey key = LockKey.of("cafe\u0301-" + key().value());

        Held held = Held.take(backend(), key);

        assertThat(held.foundById(backend()).key())
                .as("KEY-2 the key the lookup by id answers")
                .isEqualTo(key.value());
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("KEY-3 odd keys work like any other")
    default void oddKeysWork(OddKey odd) {
        LockKey own = odd.key(key().value());
        odd.exact().ifPresentOrElse(this::worksInTurn, () -> works(own, Held.LONG));
    }

    private void worksInTurn(LockKey exact) {
        try (Turn turn = Turn.at(backend(), exact)) {
            works(turn.key(), Turn.TTL);
        }
    }

    private void works(LockKey key, Ttl ttl) {
        LockBackend backend = backend();

        Held held = Held.take(backend, key, ttl);

        assertThat(backend.isLocked(key)).as("KEY-3 isLocked").isTrue();
        assertThat(backend.acquire(key, backend.newLockId(key), Held.LONG))
                .as("KEY-3 a second acquire")
                .isInstanceOf(Contended.class);
        assertThat(backend.lookup(key).map(LockRecord::id))
                .as("KEY-3 lookup by key")
                .contains(held.id());
        assertThat(backend.lookup(held.id()).map(LockRecord::fence))
                .as("KEY-3 lookup by id")
                .contains(held.fence());
        held.release(backend);
        assertThat(backend.isLocked(key)).as("KEY-3 isLocked after the release").isFalse();
        Held next = Held.take(backend, key, ttl);
        assertThat(next.fence()).as("FEN-1 the fence after a release").isGreaterThan(held.fence());
        next.release(backend);
    }

    @Test
    @DisplayName("KEY-5 keys that look alike are different locks")
    default void alikeKeysAreDifferent() {
        LockBackend backend = backend();
        String base = "a/b-" + key().value();
        List<String> alike = List.of(
                base,
                base.replace('/', ':'),
                base.replace('/', '_'),
                base.replace('/', '.'),
                base.replace('/', '\\'),
                base.replace("/", "//"),
                base.replace("/", "%2F"),
                base.replace("/", ""),
                base.replace('a', 'A'),
                base + "/",
                base + " ",
                " " + base,
                base + "\0",
                "/" + base,
                "{" + base + "}",
                base + "\u9375",
                base + "\u9396",
                base + "\u00e9",
                base + "e",
                base + "\ufb01",
                base + "fi",
                base + "\u00b2",
                base + "2",
                base + "\uff12",
                base + "Aa",
                base + "BB",
                base + "x".repeat(200) + "1",
                base + "x".repeat(200) + "2");
        List<Held> all = new ArrayList<>();

        for (String text : alike) {
            assertThat(backend.isLocked(LockKey.of(text)))
                    .as("KEY-5 two different keys share a lock: '%s' is locked by another key", text)
                    .isFalse();
            all.add(Held.take(backend, LockKey.of(text)));
        }

        for (Held held : all) {
            assertThat(backend.lookup(held.key()).map(LockRecord::id))
                    .as("KEY-5 the holder found by its own key")
                    .contains(held.id());
            held.release(backend);
        }
    }

    @Test
    @DisplayName("KEY-4 long keys that differ in their last character are different locks")
    default void longKeysAreDifferent() {
        LockBackend backend = backend();
        String start = key().value() + "x".repeat(2_000);

        Held.take(backend, LockKey.of(start + "1"));

        assertThat(backend.isLocked(LockKey.of(start + "2")))
                .as("KEY-4 another long key with the same start")
                .isFalse();
        Held.take(backend, LockKey.of(start + "2"));
    }

    @ParameterizedTest
    @ValueSource(ints = {511, 512, 513, 2_000})
    @DisplayName("KEY-4 keys around the limit of 512 bytes work, and no more than 512 bytes are stored")
    default void limitOfStoredKeys(int bytes) {
        LockBackend backend = backend();
        String start = key().value() + "\u00e9";
        LockKey key = LockKey.of(start + "x".repeat(bytes - start.getBytes(StandardCharsets.UTF_8).length));

        Held held = Held.take(backend, key);

        String stored = held.foundByKey(backend).key();
        assertThat(stored.getBytes(StandardCharsets.UTF_8).length)
                .as("KEY-4 bytes stored of the key")
                .isLessThanOrEqualTo(StorageKeys.MAX_STORED_KEY_BYTES);
        if (bytes <= StorageKeys.MAX_STORED_KEY_BYTES) {
            assertThat(stored)
                    .as("KEY-4 a key within the limit is stored as it is")
                    .isEqualTo(key.value());
        }
        held.release(backend);
    }

    @Test
    @DisplayName("KEY-5 no key with a reserved name reaches the lock of another, and fences rise regardless")
    default void lockIsOutOfReach() {
        Held before = Held.take(backend(), key());
        lockReservedNames(before);

        assertThat(Held.take(backend(), before.key()).fence())
                .as("KEY-5 the fence after keys with reserved names were locked")
                .isGreaterThan(before.fence());
    }

    /** Locks all keys that could be stored where something of a lock's is, and gives the lock back, which must be as it was. */
    private void lockReservedNames(Held held) {
        LockBackend backend = backend();
        for (String reserved : List.of("fence:", "fence:fence:", "id:", "hash:", "wait:")) {
            Held.take(backend, LockKey.of(reserved + held.key().value())).release(backend);
        }
        LockRecord record = held.foundByKey(backend);
        assertThat(record.fence()).as("KEY-5 the fence of the held lock").isEqualTo(held.fence());
        held.release(backend);
    }

    @Test
    @DisplayName("KEY-5 no key reaches the counter of another")
    default void counterIsOutOfReach() {
        Held before = takeAhead(key());
        lockReservedNames(before);

        assertThat(Held.take(backend(), before.key()).fence().value())
                .as("KEY-5 the next fence after keys with reserved names were locked")
                .isEqualTo(before.fence().value() + 1);
    }

    @Test
    @DisplayName("KEY-5 no key reaches the reverse index of a live lock")
    default void indexIsOutOfReach() {
        LockBackend backend = backend();
        Held held = Held.take(backend, key());
        LockKey intruder = LockKey.of("id:" + held.id().value());

        Held other = Held.take(backend, intruder);

        assertThat(backend.lookup(held.id()).map(LockRecord::fence))
                .as("KEY-5 the lock found by its id while the key 'id:<that id>' is held")
                .contains(held.fence());
        other.release(backend);
        held.release(backend);
    }

    @Test
    @DisplayName("KEY-6 a key with a reserved start is stored by its hash, which no other key can have")
    default void hashForm() {
        LockBackend backend = backend();
        LockKey reserved = LockKey.of("fence:" + key().value());
        Held held = Held.take(backend, reserved);

        String stored = held.foundById(backend).key();

        assertThat(stored).as("KEY-6 the stored form").matches("hash:[A-Za-z0-9_-]{22}");
        assertThat(backend.isLocked(LockKey.of(stored)))
                .as("KEY-6 the key that reads like the stored form of another")
                .isFalse();
    }
}

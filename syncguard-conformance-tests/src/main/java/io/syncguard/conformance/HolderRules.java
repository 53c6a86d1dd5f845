package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.ListedLock;
import io.syncguard.spi.LockBackend;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Labels of holders, where a backend stores them. */
interface HolderRules extends BackendUnderTest {
    /** Means something in JSON, in patterns, in SQL, and outside of ASCII. */
    String ODD_START = "pod-7\"},{\\ 'é' 😀 %s ${x} \"waited\":true}";

    /** As long as a label may be. */
    String ODD = ODD_START + "-".repeat(128 - ODD_START.length());

    /** Returns another backend whose locks have a label, or skips the test. */
    private LockBackend labelled(String label) {
        LockBackend backend = another();
        try {
            backend.labelHolder(label);
        } catch (LockException e) {
            assertThat(e.code())
                    .as("HLR-1 the code of a backend that stores no labels")
                    .isEqualTo(LockErrorCode.INVALID_ARGUMENT);
            Assumptions.abort("this backend does not store who holds a lock (labelHolder)");
        }
        return backend;
    }

    @Test
    @DisplayName("HLR-1 lookups and lists tell the label of a lock's holder, until the lock ends")
    default void labelIsTold() {
        LockBackend labelled = labelled(ODD);
        LockBackend plain = backend();
        String start = Listed.freshStart();
        Held held = Held.take(labelled, Listed.key(start, 1));

        assertThat(held.foundByKey(plain).holder())
                .as("HLR-1 the label found by key")
                .contains(ODD);
        assertThat(held.foundById(plain).holder())
                .as("HLR-1 the label found by id")
                .contains(ODD);
        assertThat(held.foundByKey(plain).info().holder())
                .as("HLR-1 the label without raw values")
                .contains(ODD);
        if (plain.listing().isPresent()) {
            assertThat(Listed.all(plain, start))
                    .as("HLR-1 the label in a list")
                    .extracting(ListedLock::lock)
                    .extracting(LockRecord::holder)
                    .containsExactly(held.foundByKey(plain).holder());
        }
        for (LockBackend via : new LockBackend[] {labelled, plain, labelled("another")}) {
            assertThat(via.acquire(held.key(), held.id(), Held.LONG))
                    .as("ACQ-3 a repeated acquire of a lock with a label")
                    .extracting("fence")
                    .isEqualTo(held.fence());
            assertThat(held.foundByKey(plain).holder())
                    .as("HLR-1 the label after the acquire was repeated, also by a process with another or none")
                    .contains(ODD);
        }
        assertThat(plain.extend(held.id(), new Ttl(90_000)))
                .as("EXT-1 extending a lock with a label")
                .isInstanceOf(Extended.class);
        assertThat(held.foundByKey(plain).holder())
                .as("HLR-1 the label after an extension")
                .contains(ODD);
        held.release(plain);
        Held next = Held.take(plain, held.key());
        assertThat(next.foundByKey(labelled).holder())
                .as("HLR-1 the label of the next holder, who has none")
                .isEmpty();
    }

    @Test
    @DisplayName("HLR-1 a holder without a label has none, where a lock with one has expired")
    default void labelEndsWithItsLock() {
        LockBackend labelled = labelled("first");
        LockBackend plain = backend();
        Held expired = Held.take(labelled, key(), new Ttl(1));
        Await.until("TIME-3 the lock has expired", () -> !plain.isLocked(expired.key()));

        Held next = Held.take(plain, expired.key());

        assertThat(next.foundByKey(plain).holder())
                .as("HLR-1 the label of the next holder, who has none, after an expiry")
                .isEmpty();
    }

    @Test
    @DisplayName("WAI-1, HLR-1 a lock that was taken in a place has its label, and its release calls the next")
    default void labelOfThoseThatWait() {
        LockBackend labelled = Waiting.opened(labelled(ODD));
        Held held = Held.take(labelled, key());
        try (Waiting waiting = Waiting.stand(labelled, held.key());
                Waiting next = Waiting.stand(Waiting.opened(another()), held.key())) {
            held.release(labelled);
            Held taken = waiting.takeWhenCalled("WAI-1 a release of a lock with a label calls who waits");
            assertThat(taken.foundByKey(backend()).holder())
                    .as("HLR-1 the label of a lock that was taken in a place")
                    .contains(ODD);
            taken.release(labelled);
            next.takeWhenCalled("WAI-1 a release of a lock with a label calls who waits elsewhere")
                    .release(labelled);
        }
    }

    @Test
    @DisplayName("HLR-1 a backend has one label for its life")
    default void labelIsForLife() {
        LockBackend labelled = labelled("first");
        labelled.labelHolder("first");

        LockException e = catchThrowableOfType(LockException.class, () -> labelled.labelHolder("second"));

        assertThat(e).as("HLR-1 a second label must be refused").isNotNull();
        assertThat(e.code()).as("HLR-1 the code of a second label").isEqualTo(LockErrorCode.INVALID_ARGUMENT);
        Held held = Held.take(labelled, key());
        assertThat(held.foundByKey(backend()).holder())
                .as("HLR-1 the label after another was refused")
                .contains("first");
    }
}

package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.firestore.DocumentReference;
import io.syncguard.FenceToken;
import io.syncguard.LockId;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.ReleaseResult;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Counters, or all documents, are lost or set back. Tokens rise on, and guarded documents admit and refuse rightly. */
@Timeout(180)
class LostCountersTest {
    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final Fixture fixture = new Fixture();
    private final FirestoreFencedDocuments resource =
            FirestoreFencedDocuments.create(fixture.options.operationTimeout());
    private final DocumentReference document = fixture.raw.document("fenced/" + UUID.randomUUID());

    @AfterEach
    void close() {
        fixture.close();
    }

    /** What is lost. */
    enum Loss {
        EVERYTHING {
            @Override
            void strike(Fixture fixture) {
                clear(fixture, fixture.options.collection());
            }
        },
        ALL_BUT_AN_OLD_COUNTER {
            @Override
            void strike(Fixture fixture) {
                EVERYTHING.strike(fixture);
                Emulated.setFence(fixture.raw, fixture.options.collection(), fixture.key, 2);
            }
        };

        abstract void strike(Fixture fixture);

        private static void clear(Fixture fixture, String collection) {
            for (DocumentReference document : fixture.raw.collection(collection).listDocuments()) {
                Fixture.done(document.delete());
            }
        }
    }

    private FenceToken acquire(LockId id) {
        return ((Acquired) fixture.backend.acquire(fixture.key, id, Fixture.TTL)).fence();
    }

    private FenceToken acquireAndRelease() {
        LockId id = LockId.random();
        FenceToken fence = acquire(id);
        assertThat(fixture.backend.release(id)).isEqualTo(ReleaseResult.RELEASED);
        return fence;
    }

    private boolean write(String value, FenceToken fence) {
        return resource.set(document, Map.of("value", value), fence);
    }

    private void assertStored(String value) {
        assertThat(Fixture.done(document.get()).get("value")).isEqualTo(value);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("FEN-1 tokens rise on after each loss")
    void rise(Loss loss) {
        FenceToken last = acquireAndRelease();
        for (int i = 0; i < 5; i++) {
            loss.strike(fixture);

            FenceToken next = acquireAndRelease();

            assertThat(next).isGreaterThan(last);
            last = next;
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "GRD-1, FEN-1 after a loss the next holder's writes pass, and those of a holder from before are refused")
    void guarded(Loss loss) {
        FenceToken before = acquireAndRelease();
        assertThat(write("before", before)).isTrue();
        loss.strike(fixture);
        FenceToken after = acquireAndRelease();
        assertThat(write("before, again", before))
                .as("nobody newer has written yet")
                .isTrue();

        assertThat(write("after", after)).isTrue();

        assertThat(write("late", before)).isFalse();
        assertThat(write("after, again", after)).isTrue();
        assertStored("after, again");
    }

    @Test
    @DisplayName("GRD-1, FEN-1 of two holders, because a lock that was held is lost as well, the later one stands")
    void lostWhileHeld() {
        FenceToken lost = fixture.acquire().fence();
        assertThat(write("held", lost)).isTrue();
        Loss.EVERYTHING.strike(fixture);

        LockId second = LockId.random();
        FenceToken newer = acquire(second);
        assertThat(write("newer", newer)).isTrue();

        assertThat(write("lost", lost)).isFalse();
        assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.ABSENT);
        assertThat(fixture.backend.isLocked(fixture.key)).as("the newer lock").isTrue();
        assertStored("newer");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    @DisplayName("GRD-1, FEN-1 a resource that has seen small tokens admits the next holder, and refuses them then")
    void smallTokens(long small) {
        assertThat(write("small", new FenceToken(small))).isTrue();

        assertThat(write("next", acquireAndRelease())).isTrue();

        for (long late : List.of(small, small + 1, 1_000L)) {
            assertThat(write("late", new FenceToken(late))).isFalse();
        }
        assertStored("next");
    }

    @Test
    @DisplayName("FEN-1 a backup that brings back an earlier counter brings back no token")
    void restored() {
        acquireAndRelease();
        Map<String, Object> backup = Objects.requireNonNull(
                Fixture.done(fixture.lockDocument().get()).getData());
        acquireAndRelease();
        FenceToken last = acquireAndRelease();

        Fixture.done(fixture.lockDocument().set(backup));

        assertThat(acquireAndRelease()).isGreaterThan(last);
    }

    @Test
    @DisplayName(
            "FST-13, GRD-1 a first acquire whose commit arrives after a loss has the token of its read; resources refuse it")
    void lossBeforeCommit() {
        fixture.wire.holdCommit();
        CompletableFuture<AcquireResult> delayed =
                fixture.backend.async().acquire(fixture.key, fixture.id, Fixture.TTL);
        Fixture.until(fixture.wire::isHolding);
        FenceToken between = acquireAndRelease();
        assertThat(write("between", between)).isTrue();
        Loss.EVERYTHING.strike(fixture);

        fixture.wire.deliver();

        assertThat(delayed.join()).isInstanceOfSatisfying(Acquired.class, late -> {
            assertThat(late.fence()).isLessThan(between);
            assertThat(write("late", late.fence())).isFalse();
        });
        assertStored("between");
    }
}

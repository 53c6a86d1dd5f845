package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ExtendResult.Absent;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.Extension;
import io.syncguard.spi.LockBackend;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Prolonging a lock. */
interface ExtendRules extends BackendUnderTest {

    @Test
    @DisplayName("EXT-1 an extension sets the time left to its ttl and adds nothing")
    default void replaces() {
        LockBackend backend = backend();
        Held held = Held.take(backend, key(), new Ttl(60_000));

        for (int i = 0; i < 3; i++) {
            extended(backend, held.id(), new Ttl(90_000));
        }

        assertThat(held.foundById(backend).remaining())
                .as("EXT-1 the time left of a lock extended three times by 90 s")
                .isBetween(Duration.ofSeconds(60), Duration.ofSeconds(90));
    }

    private static Instant extended(LockBackend backend, LockId id, Ttl ttl) {
        ExtendResult result = backend.extend(id, ttl);
        assertThat(result).as("EXT-1 extending a live lock").isInstanceOf(Extended.class);
        return ((Extended) result).expiresAt();
    }

    @Test
    @DisplayName(
            "EXT-1, HLD-5 locks extended together are extended each by its own ttl, and one that is gone is no other's concern")
    default void together() {
        LockBackend backend = backend();
        Held gone = Held.take(backend, key(), new Ttl(60_000));
        gone.release(backend);
        List<Extension> extensions = new ArrayList<>();
        for (int i = 0; i < AsyncLockBackend.MOST_EXTENSIONS; i++) {
            boolean absent = i % 10 == 3;
            LockId id = absent
                    ? gone.id()
                    : Held.take(backend, key(), new Ttl(60_000)).id();
            extensions.add(new Extension(id, new Ttl(100_000 + 1_000L * i)));
        }

        List<CompletableFuture<ExtendResult>> calls = backend.async().extendAll(extensions);

        assertThat(calls).as("EXT-1 futures of extensions together").hasSameSizeAs(extensions);
        for (int i = 0; i < extensions.size(); i++) {
            Extension asked = extensions.get(i);
            CompletableFuture<ExtendResult> call = calls.get(i);
            ExtendResult result = AsyncLockBackend.await(() -> call, LockOperation.EXTEND);
            if (asked.id().equals(gone.id())) {
                assertThat(result)
                        .as("EXT-1 extending a lock that is gone among others")
                        .isEqualTo(new Absent());
            } else {
                assertThat(result)
                        .as("EXT-1 extending a live lock among others")
                        .isInstanceOf(Extended.class);
                LockRecord found = Held.found("by its id", backend.lookup(asked.id()));
                assertThat(((Extended) result).expiresAt())
                        .as("EXT-2 the expiry answered for a lock extended among others")
                        .isEqualTo(found.expiresAt());
                assertThat(found.remaining())
                        .as("EXT-1 the time left of a lock extended among others")
                        .isBetween(
                                Duration.ofMillis(asked.ttl().millis() - 30_000),
                                Duration.ofMillis(asked.ttl().millis()));
            }
        }
    }

    @Test
    @DisplayName("OPT-4, HLD-5 locks are extended together on an interrupted thread too, which stays interrupted")
    default void togetherOnAnInterruptedThread() {
        LockBackend backend = backend();
        List<Extension> extensions = List.of(
                new Extension(Held.take(backend, key()).id(), Held.LONG),
                new Extension(Held.take(backend, key()).id(), Held.LONG));
        List<CompletableFuture<ExtendResult>> calls;
        boolean flag;

        Thread.currentThread().interrupt();
        try {
            calls = backend.async().extendAll(extensions);
        } finally {
            flag = Thread.interrupted();
        }

        assertThat(flag)
                .as("OPT-4 the interrupt flag after asking for extensions together")
                .isTrue();
        for (CompletableFuture<ExtendResult> each : calls) {
            assertThat(each)
                    .as("OPT-4 an extension together with others, asked for on an interrupted thread")
                    .succeedsWithin(Await.longest())
                    .isInstanceOf(Extended.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "EXT-1, HLD-5, OPT-4 an extension together with others, through either view, keeps what rules say of an extension")
    default void extensionTogetherIsAnExtension(ExtensionRule rule) throws InterruptedException {
        rule.check(new Through(this, TogetherBackend::new));
    }

    @Test
    @DisplayName("EXT-1 an extension by a shorter ttl brings the end nearer")
    default void mayShorten() {
        LockBackend backend = backend();
        Held held = Held.take(backend, key(), new Ttl(60_000));

        extended(backend, held.id(), new Ttl(20_000));

        assertThat(held.foundById(backend).remaining())
                .as("EXT-1 the time left after an extension by 20 s of a lock with 60 s left")
                .isLessThanOrEqualTo(Duration.ofSeconds(20));
    }

    @Test
    @DisplayName("EXT-2 an extension answers the new expiry, which everybody sees")
    default void answersTheNewExpiry() {
        LockBackend backend = backend();
        Held held = Held.take(backend, key(), new Ttl(30_000));

        Instant answered = extended(backend, held.id(), new Ttl(45_000));

        assertThat(answered).as("EXT-2 later than the first expiry").isAfter(held.expiresAt());
        assertThat(held.foundByKey(backend).expiresAt())
                .as("EXT-2 the expiry found by key")
                .isEqualTo(answered);
        assertThat(held.foundById(another()).expiresAt())
                .as("EXT-2 the expiry found by id through another backend")
                .isEqualTo(answered);
    }

    @Test
    @DisplayName("EXT-1 an extension keeps key, id, fence and the moment of the acquire")
    default void keepsTheRest() {
        LockBackend backend = backend();
        Held held = Held.take(backend, LockKey.of("{\"a\":[]}/\u00e9-" + key().value()));
        LockRecord before = held.foundById(backend);

        extended(backend, held.id(), new Ttl(45_000));

        LockRecord after = held.foundById(backend);
        assertThat(after.key()).as("EXT-1 key").isEqualTo(before.key());
        assertThat(after.fence()).as("EXT-1 fence").isEqualTo(before.fence());
        assertThat(after.acquiredAt()).as("EXT-1 acquiredAt").isEqualTo(before.acquiredAt());
        held.release(backend);
    }

    @Test
    @DisplayName("EXT-1 an extended lock outlives its first ttl by key and by id, and is released by its id")
    default void outlivesTheFirstTtl() {
        LockBackend backend = backend();
        AtomicReference<@Nullable Held> extended = new AtomicReference<>();
        Timely.check("EXT-1", TimeRules.sureToLive(TimeRules.SHORT), () -> {
            Held held = Held.take(backend, key(), TimeRules.SHORT);
            extended(backend, held.id(), Held.LONG);
            extended.set(held);
        });
        Held held = Objects.requireNonNull(extended.get());

        Await.millisSince(System.nanoTime(), 1_400);

        assertThat(backend.isLocked(held.key()))
                .as("EXT-1 the key after the first ttl")
                .isTrue();
        assertThat(backend.lookup(held.id()))
                .as("EXT-1 the id after the first ttl")
                .isPresent();
        held.release(backend);
    }

    @Test
    @DisplayName("EXT-1 an extension within the tolerance saves the lock")
    default void savesWithinTolerance() {
        LockBackend backend = backend();
        Ttl ttl = new Ttl(1);
        Timely.check("EXT-1", TimeRules.sureToLive(ttl), () -> {
            Held held = Held.take(backend, key(), ttl);
            Await.until(
                    "the ttl is over", () -> held.foundById(backend).remaining().isZero());

            extended(backend, held.id(), Held.LONG);

            assertThat(held.foundByKey(backend).remaining())
                    .as("EXT-1 the time left")
                    .isPositive();
        });
    }

    @Test
    @DisplayName("EXT-1 an extension does not bring a dead lock back")
    default void doesNotResurrect() {
        LockBackend backend = backend();
        Held dead = Held.take(backend, key(), new Ttl(1));
        Await.until("the lock has expired", () -> !backend.isLocked(dead.key()));

        assertThat(backend.extend(dead.id(), Held.LONG))
                .as("EXT-1 extending a lock that has expired")
                .isInstanceOf(Absent.class);
        assertThat(backend.isLocked(dead.key())).as("EXT-1 the key afterwards").isFalse();
    }

    @Test
    @DisplayName("EXT-1 an extension does not bring a released lock back")
    default void doesNotUndoARelease() {
        LockBackend backend = backend();
        Held held = Held.take(backend, key());
        held.release(backend);

        assertThat(backend.extend(held.id(), Held.LONG))
                .as("EXT-1 extending a released lock")
                .isInstanceOf(Absent.class);
        assertThat(backend.isLocked(held.key())).as("EXT-1 the key afterwards").isFalse();
    }

    @Test
    @DisplayName("EXT-1 a former holder's extension leaves the next holder's lock as it is")
    default void sparesTheNextHolder() {
        LockBackend backend = backend();
        Held former = Held.take(backend, key());
        former.release(backend);
        Held next = Held.take(backend, former.key());

        assertThat(backend.extend(former.id(), new Ttl(1)))
                .as("EXT-1 the former holder's extension")
                .isInstanceOf(Absent.class);
        assertThat(next.foundByKey(backend).expiresAt())
                .as("EXT-1 the next holder's expiry")
                .isEqualTo(next.expiresAt());
    }

    @Test
    @DisplayName("EXT-1 extending an id that never held anything is absent, a value")
    default void extensionOfUnknownIdIsAbsent() {
        assertThat(backend().extend(LockId.random(), Held.LONG))
                .as("EXT-1 the extension of an unknown id")
                .isInstanceOf(Absent.class);
    }
}

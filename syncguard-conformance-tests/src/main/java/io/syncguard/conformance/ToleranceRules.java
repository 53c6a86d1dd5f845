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
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.ListedLock;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockListing;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.Tolerance;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Locks whose ttl is over and whose tolerance is not. They are live, so each operation does with them what it does with any other. */
interface ToleranceRules extends BackendUnderTest {
    Ttl SHORTEST = new Ttl(1);

    /** As long as it takes somebody to take a place. */
    Ttl WHILE_SOMEBODY_JOINS = new Ttl(700);

    int MOST_ATTEMPTS = 15;

    /** So many attempts without a call, and none with one, are no accident. */
    int FEWEST_UNCALLED = 3;

    /** Runs a check on a lock within its tolerance, again where it comes too late. */
    private void withinTolerance(String rule, LockBackend backend, Consumer<Expired> check) {
        Timely.check(rule, TimeRules.sureToLive(SHORTEST), () -> {
            long before = System.nanoTime();
            Held held = Held.take(backend, key(), SHORTEST);
            check.accept(Expired.of(held, backend, before));
        });
    }

    /** A lock within its tolerance, as it was found there. */
    record Expired(Held held, LockRecord record, long beforeNanos) {
        static Expired of(Held held, LockBackend backend, long beforeNanos) {
            Await.until(
                    "the ttl is over", () -> held.foundById(backend).remaining().isZero());
            // In the millisecond of the expiry itself, a time left that is not kept from being negative is none yet.
            Await.pause();
            return new Expired(held, held.foundById(backend), beforeNanos);
        }

        LockKey key() {
            return held.key();
        }

        LockId id() {
            return held.id();
        }
    }

    @Test
    @DisplayName("ACQ-3, TIME-2 repeating an acquire within the tolerance answers the same fence and expiry")
    default void repeatedWithinTolerance() {
        LockBackend backend = backend();
        withinTolerance("ACQ-3", backend, expired -> {
            assertThat(backend.acquire(expired.key(), expired.id(), Held.LONG))
                    .as("ACQ-3 an acquire that is repeated within the tolerance")
                    .isEqualTo(
                            new Acquired(expired.held().fence(), expired.held().expiresAt()));
            assertThat(expired.held().foundByKey(backend).expiresAt())
                    .as("ACQ-3 the expiry after an acquire that was repeated within the tolerance")
                    .isEqualTo(expired.held().expiresAt());
        });
    }

    @Test
    @DisplayName("ACQ-3, TIME-2 an id whose lock is within the tolerance cannot take another key")
    default void secondKeyWithinTolerance() {
        LockBackend backend = backend();
        withinTolerance("ACQ-3", backend, expired -> {
            LockKey other = key();

            LockException e = catchThrowableOfType(LockException.class, () -> acquire(backend, other, expired.id()));

            assertThat(e)
                    .as("ACQ-3 taking a second key with an id whose lock is within the tolerance must fail")
                    .isNotNull();
            assertThat(e.code()).as("ACQ-3 the code of: %s", e).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
            assertThat(expired.held().foundByKey(backend).id())
                    .as("ACQ-3 the id of the lock within the tolerance")
                    .isEqualTo(expired.id());
        });
    }

    private static AcquireResult acquire(LockBackend backend, LockKey key, LockId id) {
        return backend.acquire(key, id, Held.LONG);
    }

    @Test
    @DisplayName("ACQ-2, TIME-3 contention within the tolerance says how much of the tolerance is left")
    default void contendedWithinTolerance() {
        LockBackend backend = backend();
        withinTolerance("ACQ-2", backend, expired -> {
            AcquireResult result = acquire(backend, expired.key(), backend.newLockId(expired.key()));

            long elapsedMillis = Await.elapsedMillis(expired.beforeNanos());
            assertThat(result)
                    .as("ACQ-2 an acquire of a key whose lock is within the tolerance")
                    .isInstanceOf(Contended.class);
            Contended contended = (Contended) result;
            contended.freeAt().ifPresent(freeAt -> assertThat(freeAt)
                    .as("ACQ-2 when a lock within the tolerance becomes free")
                    .isEqualTo(expired.held().expiresAt().plusMillis(Tolerance.MILLIS)));
            contended.freeIn().ifPresent(freeIn -> assertThat(freeIn)
                    .as("ACQ-2 how long until a lock within the tolerance becomes free")
                    .isBetween(
                            Duration.ofMillis(Math.max(
                                    0, SHORTEST.millis() + Tolerance.MILLIS - TimeRules.CLOCK_MILLIS - elapsedMillis)),
                            Duration.ofMillis(Tolerance.MILLIS)));
        });
    }

    @Test
    @DisplayName("EXT-1, TIME-2 an extension within the tolerance keeps fence and the moment of the acquire")
    default void extendedWithinTolerance() {
        LockBackend backend = backend();
        withinTolerance("EXT-1", backend, expired -> {
            assertThat(backend.extend(expired.id(), Held.LONG))
                    .as("EXT-1 extending a lock within the tolerance")
                    .isInstanceOf(Extended.class);

            LockRecord after = expired.held().foundById(backend);
            assertThat(after.fence())
                    .as("EXT-1 the fence after an extension within the tolerance")
                    .isEqualTo(expired.held().fence());
            assertThat(after.acquiredAt())
                    .as("EXT-1 acquiredAt after an extension within the tolerance")
                    .isEqualTo(expired.record().acquiredAt());
            expired.held().release(backend);
        });
    }

    @Test
    @DisplayName("REL-1, TIME-2 a release within the tolerance frees the key at once, and only once")
    default void releasedWithinTolerance() {
        LockBackend backend = backend();
        withinTolerance("REL-1", backend, expired -> {
            expired.held().release(backend);

            assertThat(backend.isLocked(expired.key()))
                    .as("REL-1 the key after a release within the tolerance")
                    .isFalse();
            assertThat(backend.release(expired.id()))
                    .as("REL-1 the second release, within the tolerance")
                    .isEqualTo(ReleaseResult.ABSENT);
            Held.take(backend, expired.key()).release(backend);
        });
    }

    @Test
    @DisplayName("ACQ-4, TIME-2 abandoning a lock within the tolerance frees the key at once")
    default void abandonedWithinTolerance() {
        LockBackend backend = backend();
        withinTolerance("ACQ-4", backend, expired -> {
            backend.abandon(expired.key(), expired.id(), SHORTEST);

            assertThat(backend.isLocked(expired.key()))
                    .as("ACQ-4 the key after a lock within the tolerance was abandoned")
                    .isFalse();
            Held.take(backend, expired.key()).release(backend);
        });
    }

    @Test
    @DisplayName("LST-1, LKP-3 a list has locks within the tolerance, with no time left")
    default void listedWithinTolerance() {
        LockBackend backend = backend();
        LockListing unused = Listed.listing(backend);
        withinTolerance("LST-1", backend, expired -> {
            List<ListedLock> listed = Listed.all(backend, expired.key().value());

            assertThat(listed)
                    .as("LST-1 the ids of a list, of a lock within the tolerance")
                    .extracting(each -> each.lock().id())
                    .containsExactly(expired.id());
            assertThat(listed.get(0).lock().remaining())
                    .as("LKP-3 the time left of a listed lock within the tolerance")
                    .isZero();
        });
    }

    @Test
    @DisplayName("WAI-1, TIME-2 a release within the tolerance calls who waits")
    default void releaseWithinToleranceCalls() {
        LockBackend backend = Waiting.opened(backend());
        LockBackend another = Waiting.opened(another());
        int uncalled = 0;
        // A call that a busy machine delays may come after the tolerance, when it proves nothing.
        for (int attempts = 0; attempts < MOST_ATTEMPTS && uncalled < FEWEST_UNCALLED; attempts++) {
            Optional<Boolean> called = calledWithinTolerance(backend, another);
            if (called.orElse(false)) {
                return;
            }
            uncalled += called.isPresent() ? 1 : 0;
        }
        assertThat(uncalled)
                .as(
                        "WAI-1 a release within the tolerance calls who waits: releases that called nobody, and none that did")
                .isLessThan(FEWEST_UNCALLED);
        Assumptions.abort("WAI-1 could not be checked: machine or server took more than the tolerance, "
                + (MOST_ATTEMPTS - uncalled) + " times of " + MOST_ATTEMPTS);
    }

    /** Returns whether a release within the tolerance has called who waits, before the tolerance was over; empty if that came too late. */
    private Optional<Boolean> calledWithinTolerance(LockBackend backend, LockBackend another) {
        long sureMillis = TimeRules.sureToLive(WHILE_SOMEBODY_JOINS);
        long before = System.nanoTime();
        Held held = Held.take(backend, key(), WHILE_SOMEBODY_JOINS);
        long taken = System.nanoTime();
        try (Waiting waiting = Waiting.stand(another, held.key())) {
            // From after the acquire: on a busy machine it would not have expired otherwise.
            Await.millisSince(taken, WHILE_SOMEBODY_JOINS.millis() + TimeRules.EXACT_MILLIS);
            if (backend.release(held.id()) != ReleaseResult.RELEASED) {
                return Optional.empty();
            }
            long left = sureMillis - Await.elapsedMillis(before);
            if (left < Tolerance.MILLIS / 2) {
                return Optional.empty();
            }
            boolean called = waiting.isCalledWithin(Duration.ofMillis(left));
            // The end of the tolerance calls too, and a machine that stands still looks only then.
            boolean tooLate = called && waiting.calledNanos() - before >= TimeUnit.MILLISECONDS.toNanos(sureMillis);
            return tooLate ? Optional.empty() : Optional.of(called);
        } catch (AssertionError e) {
            // It took the lock itself, if that was over before its place was taken.
            if (Await.elapsedMillis(before) >= sureMillis) {
                return Optional.empty();
            }
            throw e;
        }
    }
}

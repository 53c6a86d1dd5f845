package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.ReleaseResult;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a holder knows of its lock while a request for it is on its way: no more than is true whenever that takes effect. */
@ParameterizedClass
@EnumSource(Way.class)
@Timeout(180)
class RequestUnderWayTest {
    private static final Duration TTL = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofMinutes(1);
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration BEATING_TTL = Duration.ofMillis(900);

    @Parameter
    Way way;

    private final ScriptedBackend backend = new ScriptedBackend();
    private final SyncGuard guard = SyncGuard.using(backend);
    private final PendingCall<ReleaseResult> releasing = PendingCall.answeredAnyway(LockOperation.RELEASE);
    private final PendingCall<ExtendResult> extending = PendingCall.answeredAnyway(LockOperation.EXTEND);

    /** The first beat of a lock. */
    private PendingCall<ExtendResult> beat = extending;

    @AfterEach
    void close() {
        beat.complete(new Extended(Instant.EPOCH));
        releasing.complete(ReleaseResult.RELEASED);
        extending.complete(new Extended(Instant.EPOCH));
        guard.close();
    }

    private LockHandle locked() {
        return way.acquire(guard, "k", LockOptions.defaults().withTtl(TTL));
    }

    private static <T> FutureTask<T> start(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private FutureTask<Boolean> release(LockHandle lock) {
        if (way == Way.ASYNC) {
            backend.async().releases.add(releasing);
        } else {
            backend.releases.add(() -> Way.joined(releasing));
        }
        FutureTask<Boolean> release = start(() -> way.release(lock));
        Await.until("the release is under way", () -> backend.count("release") == 1);
        return release;
    }

    private FutureTask<Boolean> extend(LockHandle lock, Duration ttl) {
        if (way == Way.ASYNC) {
            backend.async().extensions.add(extending);
        } else {
            backend.extensions.add(() -> Way.joined(extending));
        }
        FutureTask<Boolean> extension = start(() -> way.extend(lock, ttl));
        Await.until("the extension is under way", () -> backend.count("extend") == 1);
        return extension;
    }

    private static LockException known(LockOperation operation) {
        return LockException.failed(LockErrorCode.SERVICE_UNAVAILABLE, operation, null, "scripted", null);
    }

    private static void fails(FutureTask<Boolean> call) {
        Exception e = catchThrowableOfType(Exception.class, () -> {
            boolean unused = call.get(20, TimeUnit.SECONDS);
        });
        assertThat(LockException.within(e).orElseThrow().code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
    }

    @Test
    @DisplayName(
            "TIME-5, REL-2 a lock is not held while its release is under way, and is held again if that did nothing")
    void releaseUnderWay() {
        LockHandle lock = locked();
        FutureTask<Boolean> release = release(lock);

        assertThat(lock.isHeld()).isFalse();
        assertThat(lock.remaining()).isZero();

        releasing.completeExceptionally(known(LockOperation.RELEASE));
        fails(release);
        assertThat(lock.isHeld()).isTrue();
        assertThat(lock.remaining()).isGreaterThan(SHORT);
        assertThat(way.extend(lock, TTL)).isTrue();
        assertThat(way.release(lock)).isTrue();
        assertThat(lock.isHeld()).isFalse();
    }

    @Test
    @DisplayName(
            "TIME-5 a lock has no more left than a shorter extension under way sets, and all of it again if that fails")
    void shorterExtensionFails() {
        LockHandle lock = locked();
        FutureTask<Boolean> extension = extend(lock, SHORT);

        assertThat(lock.isHeld()).isTrue();
        assertThat(lock.remaining()).isLessThanOrEqualTo(SHORT);

        extending.completeExceptionally(known(LockOperation.EXTEND));
        fails(extension);
        assertThat(lock.remaining()).isGreaterThan(SHORT);
    }

    @Test
    @DisplayName(
            "TIME-5 the ttl of a shorter extension that is under way counts, and goes on counting once it is confirmed")
    void shorterExtensionIsConfirmed() throws Exception {
        LockHandle lock = locked();
        FutureTask<Boolean> extension = extend(lock, SHORT);
        assertThat(lock.remaining()).isLessThanOrEqualTo(SHORT);

        extending.complete(new Extended(Instant.EPOCH));

        assertThat(extension.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(lock.remaining()).isPositive().isLessThanOrEqualTo(SHORT);
    }

    @Test
    @DisplayName("TIME-5 a longer extension counts only once it is confirmed")
    void longerExtension() throws Exception {
        LockHandle lock = locked();
        FutureTask<Boolean> extension = extend(lock, LONG);
        assertThat(lock.remaining()).isPositive().isLessThanOrEqualTo(TTL);

        extending.complete(new Extended(Instant.EPOCH));

        assertThat(extension.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(lock.remaining()).isGreaterThan(TTL);
    }

    @Test
    @DisplayName(
            "TIME-5 a lock that a shorter extension under way may have ended is not held, and is held again if that fails")
    void extensionByNothing() {
        LockHandle lock = locked();
        FutureTask<Boolean> extension = extend(lock, Duration.ofMillis(1));
        Await.until("its ttl is over", () -> !lock.isHeld());

        extending.completeExceptionally(known(LockOperation.EXTEND));

        fails(extension);
        assertThat(lock.isHeld()).isTrue();
        assertThat(lock.remaining()).isGreaterThan(SHORT);
    }

    /** Returns a lock that was extended while its first beat was under way. */
    private LockHandle extendedDuringABeat() {
        while (true) {
            backend.async().together.clear();
            beat = PendingCall.answeredAnyway(LockOperation.EXTEND);
            backend.async().extensions.add(beat);
            LockHandle lock = way.acquire(
                    guard, "k", LockOptions.defaults().withTtl(BEATING_TTL).withHeartbeat());
            // A late beat of the lock before may be one of those together.
            Await.until("a beat is under way", () -> !backend.async().extensions.contains(beat));
            boolean extended = way.extend(lock, LONG);
            if (backend.async().together.size() == 1) {
                assertThat(extended).isTrue();
                return lock;
            }
            // This thread came to run so late that the beat was given up.
            way.close(lock);
        }
    }

    @Test
    @DisplayName(
            "TIME-5, HLD-1 an extension counts no more than the beat under way, which may land after it, until a later beat")
    void beatUnderWay() {
        LockHandle lock = extendedDuringABeat();
        assertThat(lock.remaining()).isLessThanOrEqualTo(BEATING_TTL);

        beat.complete(new Extended(Instant.EPOCH));
        assertThat(lock.remaining()).isLessThanOrEqualTo(BEATING_TTL);
        Await.until(
                "a later beat brings the ttl of the extension",
                () -> lock.remaining().compareTo(BEATING_TTL) > 0);
    }

    @Test
    @DisplayName(
            "TIME-5, HLD-2 after a beat that is never answered the lock stays held, and never for longer than that beat may set")
    void beatNeverAnswered() {
        LockHandle lock = extendedDuringABeat();
        long start = System.nanoTime();

        while (System.nanoTime() - start < BEATING_TTL.multipliedBy(2).toNanos()) {
            assertThat(lock.remaining()).isLessThanOrEqualTo(BEATING_TTL);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }

        assertThat(lock.isHeld()).isTrue();
    }

    @Test
    @DisplayName(
            "TIME-5, HLD-4 the deadline of a beat under way holds after an extension, if no later beat is answered")
    void deadlineOfTheBeat() {
        LockHandle lock = extendedDuringABeat();
        backend.otherwiseExtend = ScriptedBackend.failing(LockErrorCode.NETWORK_TIMEOUT, true);
        long end = System.nanoTime() + BEATING_TTL.toNanos();

        Await.until("the ttl of the beat is over", () -> System.nanoTime() - end > 0);

        assertThat(lock.isHeld()).isFalse();
        Await.until("it is told", () -> lock.lost().toCompletableFuture().isDone());
    }
}

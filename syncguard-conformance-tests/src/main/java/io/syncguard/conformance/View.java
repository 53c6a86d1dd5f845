package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.spi.LockBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The two views of a backend, through each of which every rule is tested. */
enum View {
    /** The backend's own methods. */
    BLOCKING {
        @Override
        LockBackend of(LockBackend backend) {
            return backend;
        }

        @Override
        void givenUp(BackendUnderTest test, Operation operation) {
            LockBackend backend = test.backend();
            Held held = Held.take(backend, test.key());
            LockKey free = test.key();
            LockKey target = operation == Operation.ACQUIRE ? free : held.key();
            boolean flag;
            LockException e;

            Thread.currentThread().interrupt();
            try {
                e = catchThrowableOfType(LockException.class, () -> operation.findsLive(backend, target, held.id()));
            } finally {
                flag = Thread.interrupted();
            }

            assertThat(e)
                    .as("OPT-1 %s on an interrupted thread must fail", operation)
                    .isNotNull();
            assertThat(e.code()).as("OPT-1 the code of: %s", e).isEqualTo(LockErrorCode.ABORTED);
            assertThat(e.isOutcomeUnknown())
                    .as("OPT-1 whether %s may have taken effect, which an interrupted thread must not send", operation)
                    .isFalse();
            assertThat(flag).as("OPT-1 the interrupt flag afterwards").isTrue();
            assertThat(backend.isLocked(free)).as("OPT-1 the key that was free").isFalse();
            assertThat(held.foundById(backend).expiresAt())
                    .as("OPT-1 the expiry of the lock that was held")
                    .isEqualTo(held.expiresAt());
        }

        @Override
        void pingGivenUp(LockBackend backend) {
            boolean flag;
            LockException e;

            Thread.currentThread().interrupt();
            try {
                e = catchThrowableOfType(LockException.class, backend::ping);
            } finally {
                flag = Thread.interrupted();
            }

            assertThat(e).as("OPT-7 a ping on an interrupted thread must fail").isNotNull();
            assertThat(e.code()).as("OPT-1 the code of: %s", e).isEqualTo(LockErrorCode.ABORTED);
            assertThat(flag).as("OPT-1 the interrupt flag afterwards").isTrue();
        }

        @Override
        void abandonGivenUp(LockBackend backend, Held held) {
            boolean flag;
            LockException e;

            Thread.currentThread().interrupt();
            try {
                e = catchThrowableOfType(LockException.class, () -> backend.abandon(held.key(), held.id(), Held.LONG));
            } finally {
                flag = Thread.interrupted();
            }

            assertThat(e)
                    .as("OPT-1 abandoning on an interrupted thread must fail")
                    .isNotNull();
            assertThat(e.code()).as("OPT-1 the code of: %s", e).isEqualTo(LockErrorCode.ABORTED);
            assertThat(flag)
                    .as("OPT-1 the interrupt flag after abandoning on an interrupted thread")
                    .isTrue();
            assertThat(backend.isLocked(held.key()))
                    .as("OPT-1 the lock whose abandoning was not sent")
                    .isTrue();
        }
    },
    /** The futures of {@link LockBackend#async()}. */
    ASYNC {
        @Override
        LockBackend of(LockBackend backend) {
            return new AwaitedBackend(backend);
        }

        @Override
        void givenUp(BackendUnderTest test, Operation operation) {
            List<LockKey> keys = new ArrayList<>();
            List<LockKey> unsent = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                LockKey key = test.key();
                boolean changedNothing = cancelled(test.backend(), key, operation);
                (changedNothing ? unsent : keys).add(key);
            }
            // What was under way when it was cancelled has arrived by now.
            Await.millisSince(System.nanoTime(), LATE_MILLIS);
            assertThat(keys)
                    .as("ACQ-4 keys locked after a cancelled %s was abandoned", operation)
                    .noneMatch(test.backend()::isLocked);
            assertThat(unsent)
                    .as("ERR-1 keys locked by a cancelled ACQUIRE that is said to have changed nothing")
                    .noneMatch(test.backend()::isLocked);
        }

        /** Returns whether the call was an acquire that is said to have changed nothing; any other was abandoned. */
        private boolean cancelled(LockBackend backend, LockKey key, Operation operation) {
            LockId id = operation == Operation.ACQUIRE
                    ? backend.newLockId(key)
                    : Held.take(backend, key).id();
            boolean flag;
            CompletableFuture<?> future;

            // Interrupts are for threads that wait, and this one does not.
            Thread.currentThread().interrupt();
            try {
                future = operation.start(backend.async(), key, id);
            } finally {
                flag = Thread.interrupted();
            }
            boolean cancelled = future.cancel(true);

            assertThat(flag)
                    .as("OPT-4 the interrupt flag after an asynchronous call")
                    .isTrue();
            assertThat(future.isDone())
                    .as("OPT-1 %s is over once its future was cancelled", operation)
                    .isTrue();
            Throwable failure = future.handle((value, thrown) -> thrown).join();
            if (cancelled) {
                assertThat(future.isCancelled()).as("OPT-1 the future").isTrue();
                assertThat(LockException.within(failure).map(LockException::code))
                        .as("OPT-1 the code of a cancelled %s", operation)
                        .contains(LockErrorCode.ABORTED);
                assertThat(LockException.within(failure).map(LockException::operation))
                        .as("ERR-1 the operation a cancelled future names")
                        .contains(operation.named());
            } else {
                assertThat(failure)
                        .as("OPT-4 the failure of %s, called on an interrupted thread", operation)
                        .isNull();
            }
            boolean changedNothing = cancelled
                    && operation == Operation.ACQUIRE
                    && !LockException.within(failure).orElseThrow().isOutcomeUnknown();
            if (!changedNothing) {
                backend.abandon(key, id, Held.LONG);
            }
            return changedNothing;
        }

        @Override
        void pingGivenUp(LockBackend backend) {
            for (int round = 0; round < ROUNDS; round++) {
                CompletableFuture<?> ping = backend.async().ping();
                boolean cancelled = ping.cancel(true);

                assertThat(ping.isDone())
                        .as("OPT-7 a ping is over once its future was cancelled")
                        .isTrue();
                if (cancelled) {
                    Throwable failure = ping.handle((value, thrown) -> thrown).join();
                    assertThat(LockException.within(failure).map(LockException::code))
                            .as("OPT-7 the code of a cancelled ping")
                            .contains(LockErrorCode.ABORTED);
                }
            }
            backend.ping();
        }

        @Override
        void abandonGivenUp(LockBackend backend, Held held) {
            boolean flag;
            CompletableFuture<Void> abandoning;

            Thread.currentThread().interrupt();
            try {
                abandoning = backend.async().abandon(held.key(), held.id(), Held.LONG);
            } finally {
                flag = Thread.interrupted();
            }

            AwaitedBackend.await(LockOperation.RELEASE, () -> abandoning);
            assertThat(flag)
                    .as("OPT-4 the interrupt flag after abandoning on an interrupted thread")
                    .isTrue();
            assertThat(backend.isLocked(held.key()))
                    .as("OPT-4 the lock that was abandoned on an interrupted thread")
                    .isFalse();
        }
    };

    /** Cancelling meets a call at many points of its way. */
    private static final int ROUNDS = 20;

    private static final long LATE_MILLIS = 50;

    /** Returns a backend whose calls all go through this view. */
    abstract LockBackend of(LockBackend backend);

    /** Tests what becomes of a call whose caller gives it up, in this view's way (OPT-1). */
    abstract void givenUp(BackendUnderTest test, Operation operation);

    /** Tests the same of a ping. */
    abstract void pingGivenUp(LockBackend backend);

    /** Tests the same of abandoning a lock that is held. */
    abstract void abandonGivenUp(LockBackend backend, Held held);
}

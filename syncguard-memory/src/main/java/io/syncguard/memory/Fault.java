package io.syncguard.memory;

import io.syncguard.CheckReturnValue;
import io.syncguard.InvalidArgumentException;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a call to {@link TestLocks} fails. Immutable and thread-safe; each method that changes something returns a copy.
 *
 * <pre>{@code
 * Fault refused = Fault.of(LockErrorCode.SERVICE_UNAVAILABLE);
 * Fault lostAnswer = Fault.of(LockErrorCode.NETWORK_TIMEOUT).during(LockOperation.ACQUIRE).afterTakingEffect();
 * }</pre>
 */
public final class Fault {
    private static final Set<LockErrorCode> OF_BACKENDS =
            EnumSet.complementOf(EnumSet.of(LockErrorCode.ACQUISITION_TIMEOUT, LockErrorCode.LOCK_LOST));

    private static final Set<LockOperation> CALLS = EnumSet.of(
            LockOperation.PING,
            LockOperation.ACQUIRE,
            LockOperation.RELEASE,
            LockOperation.EXTEND,
            LockOperation.IS_LOCKED,
            LockOperation.LOOKUP);

    /** What has become of the request. */
    private enum Request {
        REFUSED,
        LOST,
        DONE
    }

    private final LockErrorCode code;
    private final @Nullable LockOperation operation;
    private final Request request;

    private Fault(LockErrorCode code, @Nullable LockOperation operation, Request request) {
        this.code = code;
        this.operation = operation;
        this.request = request;
    }

    /**
     * Returns a failure of any call. The call changes nothing, and its caller knows that:
     * {@link LockException#isOutcomeUnknown()} is false.
     *
     * @throws LockException {@code INVALID_ARGUMENT} for {@code ACQUISITION_TIMEOUT} and {@code LOCK_LOST}, which no call to a
     *     backend fails with: hold the lock through a second guard, or use {@link TestLocks#loseLock}
     */
    @CheckReturnValue
    public static Fault of(LockErrorCode code) {
        if (!OF_BACKENDS.contains(InvalidArgumentException.requireNonNull(code, "code"))) {
            throw LockException.invalidArgument("no call to a backend fails with " + code
                    + ": hold the lock through a second guard, or use loseLock");
        }
        return new Fault(code, null, Request.REFUSED);
    }

    /**
     * Returns this failure for calls of one operation. Heartbeats and extensions are {@code EXTEND}; releases, and what the background
     * frees, are {@code RELEASE}.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is no operation of a backend
     */
    @CheckReturnValue
    public Fault during(LockOperation operation) {
        if (!CALLS.contains(InvalidArgumentException.requireNonNull(operation, "operation"))) {
            throw LockException.invalidArgument(operation + " is no call to a backend; calls are " + CALLS);
        }
        return new Fault(code, operation, request);
    }

    /**
     * Returns this failure of a request that never reached the server. The call changes nothing, and its caller cannot know:
     * {@link LockException#isOutcomeUnknown()} is true.
     */
    @CheckReturnValue
    public Fault beforeTakingEffect() {
        return new Fault(code, operation, Request.LOST);
    }

    /**
     * Returns this failure of an answer that was lost. The call takes effect, and its caller cannot know:
     * {@link LockException#isOutcomeUnknown()} is true. A lock that was acquired like this is released in the background (ACQ-4).
     */
    @CheckReturnValue
    public Fault afterTakingEffect() {
        return new Fault(code, operation, Request.DONE);
    }

    boolean concerns(LockOperation called) {
        return operation == null || operation == called;
    }

    boolean takesEffect() {
        return request == Request.DONE;
    }

    LockException failure(LockOperation called, String fingerprint) {
        String message = "scripted by the test";
        return request == Request.REFUSED
                ? LockException.failed(code, called, fingerprint, message, null)
                : LockException.outcomeUnknown(code, called, fingerprint, message, null);
    }

    @Override
    public String toString() {
        return "Fault[" + code + (operation == null ? "" : " during " + operation) + ", request " + request + "]";
    }
}

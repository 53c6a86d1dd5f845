package io.syncguard.spi;

import io.syncguard.LockException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Describes a backend, for diagnostics and for choosing between ways that not every backend offers. Immutable.
 *
 * @param name a short name for messages, such as {@code redis-jedis}; not blank
 * @param durableFences whether fencing tokens go on rising after everything of this backend in this JVM is gone; false
 *     only for backends whose whole state lives in the JVM
 * @param operationTimeout the longest time an operation of this backend takes, from 1 ms to 1 hour (OPT-2)
 */
public record BackendCapabilities(String name, boolean durableFences, Duration operationTimeout) {

    /**
     * Checks the components.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the name is null or blank, or the timeout is out of range
     */
    public BackendCapabilities {
        checkName(name);
        operationTimeout = BackendTimeout.OPERATION.checked(operationTimeout);
    }

    /**
     * Describes a backend with the {@linkplain BackendTimeout#byDefault() default} operation timeout.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the name is null or blank
     */
    public BackendCapabilities(String name, boolean durableFences) {
        this(name, durableFences, BackendTimeout.OPERATION.byDefault());
    }

    private static void checkName(@Nullable String name) {
        if (name == null || name.isBlank()) {
            throw LockException.invalidArgument("a backend needs a name, such as redis-jedis");
        }
    }
}

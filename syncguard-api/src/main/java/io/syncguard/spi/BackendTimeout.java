package io.syncguard.spi;

import io.syncguard.LockException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The longest time an operation of a backend takes (OPT-2): its URI parameter, its default and its limits. Stateless. */
public final class OperationTimeout {
    /** The name of the URI parameter. */
    public static final String URI_PARAMETER = "operationTimeoutMillis";

    /** The timeout of a backend that is given none. */
    public static final Duration DEFAULT = Duration.ofSeconds(3);

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    private OperationTimeout() {}

    /**
     * Returns the timeout if it is within the limits.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is null or not from 1 ms to 1 hour
     */
    public static Duration checked(@Nullable Duration timeout) {
        if (timeout == null || timeout.compareTo(SHORTEST) < 0 || timeout.compareTo(LONGEST) > 0) {
            throw LockException.invalidArgument("the operation timeout must be from 1 ms to 1 hour, not " + timeout);
        }
        return timeout;
    }

    /**
     * Returns the timeout of a URI, or the default if it has none.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is not from 1 ms to 1 hour
     */
    public static Duration from(BackendUri uri) {
        long millis = uri.numberOr(URI_PARAMETER, DEFAULT.toMillis());
        if (millis < SHORTEST.toMillis() || millis > LONGEST.toMillis()) {
            throw LockException.invalidArgument(
                    URI_PARAMETER + " must be from 1 to " + LONGEST.toMillis() + ", not " + millis);
        }
        return Duration.ofMillis(millis);
    }
}

package io.syncguard.spi;

import io.syncguard.LockException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A time that a backend's users may limit (OPT-2): its URI parameter, its default and its bounds. */
public enum BackendTimeout {
    /** The longest time an operation takes: 3 s by default. */
    OPERATION("operation timeout", "operationTimeoutMillis", Duration.ofSeconds(3)),

    /** The longest time the first connection takes to open: 10 s by default. */
    CONNECT("connect timeout", "connectTimeoutMillis", Duration.ofSeconds(10));

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    private final String words;
    private final String uriParameter;
    private final Duration standard;

    BackendTimeout(String words, String uriParameter, Duration standard) {
        this.words = words;
        this.uriParameter = uriParameter;
        this.standard = standard;
    }

    /** Returns the name of the URI parameter, which gives the timeout in milliseconds. */
    public String uriParameter() {
        return uriParameter;
    }

    /** Returns the timeout of a backend that is given none. */
    public Duration byDefault() {
        return standard;
    }

    /**
     * Returns the timeout if it is within the bounds.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is null or not from 1 ms to 1 hour
     */
    public Duration checked(@Nullable Duration timeout) {
        if (timeout == null || timeout.compareTo(SHORTEST) < 0 || timeout.compareTo(LONGEST) > 0) {
            throw LockException.invalidArgument("the " + words + " must be from 1 ms to 1 hour, not " + timeout);
        }
        return timeout;
    }

    /**
     * Returns the timeout of a URI, or the default if it has none.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is not from 1 ms to 1 hour
     */
    public Duration from(BackendUri uri) {
        long millis = uri.numberOr(uriParameter, standard.toMillis());
        if (millis < SHORTEST.toMillis() || millis > LONGEST.toMillis()) {
            throw LockException.invalidArgument(
                    uriParameter + " must be from 1 to " + LONGEST.toMillis() + ", not " + millis);
        }
        return Duration.ofMillis(millis);
    }
}

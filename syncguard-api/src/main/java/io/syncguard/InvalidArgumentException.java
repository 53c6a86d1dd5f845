package io.syncguard;

import org.jspecify.annotations.Nullable;

/**
 * An argument, an option or a URI is invalid, null included. It was found before any I/O and nothing has changed (ERR-4). The message
 * says how to put it right. Where the server says that its database cannot hold locks, {@link #isOutcomeUnknown()} says whether a request
 * that it answered differently before may have taken effect.
 *
 * <p>Its code is {@link LockErrorCode#INVALID_ARGUMENT}. A test makes one for a stub by
 * {@code LockException.invalidArgument("wrong")}.
 */
public final class InvalidArgumentException extends LockException {
    private static final long serialVersionUID = 1L;

    InvalidArgumentException(Details details) {
        super(details);
    }

    /**
     * Returns an argument that must not be null. All null arguments are refused like this, in both views.
     *
     * @param name of the parameter
     * @throws InvalidArgumentException if the argument is null
     */
    public static <T> T requireNonNull(@Nullable T argument, String name) {
        if (argument == null) {
            throw invalidArgument(name + " must not be null");
        }
        return argument;
    }
}

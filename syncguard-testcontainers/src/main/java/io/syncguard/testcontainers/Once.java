package io.syncguard.testcontainers;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of something that is tried once: what failed is not tried again by each of hundreds of tests. Thread-safe.
 *
 * @param <T> what it makes
 */
final class Once<T> {
    private final Supplier<T> source;
    private @Nullable T value;
    private @Nullable RuntimeException failure;

    Once(Supplier<T> source) {
        this.source = source;
    }

    /**
     * Returns the value. The first call makes it, and all others wait for that.
     *
     * @throws IllegalStateException if it could not be made, on every call
     */
    synchronized T get() {
        if (failure != null) {
            throw new IllegalStateException(failure.getMessage(), failure);
        }
        T known = value;
        if (known == null) {
            try {
                known = source.get();
                value = known;
            } catch (RuntimeException e) {
                failure = e;
                throw e;
            }
        }
        return known;
    }
}

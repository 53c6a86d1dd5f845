package io.syncguard.firestore;

import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockBackendProvider;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Opens {@code firestore://project} and {@code firestore://project/database}, by default the database {@code (default)}, or the emulator that
 * {@code FIRESTORE_EMULATOR_HOST} names.
 * Parameters are {@link FirestoreLockOptions#URI_PARAMETERS}. Connects at the first operation.
 */
public final class FirestoreLockBackendProvider implements LockBackendProvider {
    /** The environment variable by which all of Google's clients find an emulator. */
    private static final String EMULATOR = "FIRESTORE_EMULATOR_HOST";

    /** For {@link java.util.ServiceLoader}. */
    public FirestoreLockBackendProvider() {}

    @Override
    public String name() {
        return "syncguard-firestore";
    }

    @Override
    public Set<String> schemes() {
        return Set.of("firestore");
    }

    @Override
    public LockBackend open(BackendUri uri) {
        return open(uri, System.getenv(EMULATOR));
    }

    static LockBackend open(BackendUri uri, @Nullable String emulator) {
        uri.requireKnownParameters(FirestoreLockOptions.URI_PARAMETERS);
        FirestoreLockOptions options = FirestoreLockOptions.from(uri);
        return FirestoreLockBackend.open(OwnClient.open(uri, longest(options), emulator), options);
    }

    /** Returns how long the client waits for an answer at the most; calls end in time by themselves. */
    private static Duration longest(FirestoreLockOptions options) {
        return options.connectTimeout().compareTo(options.operationTimeout()) > 0
                ? options.connectTimeout()
                : options.operationTimeout();
    }
}

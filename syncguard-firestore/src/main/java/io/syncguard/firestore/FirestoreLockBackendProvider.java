package io.syncguard.firestore;

import io.syncguard.LockException;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockBackendProvider;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Opens {@code firestore://project} and {@code firestore://project/database}, by default the database {@code (default)}. Parameters are
 * {@link FirestoreLockOptions#URI_PARAMETERS}, and {@code emulator}, the {@code host:port} of an emulator that takes the place of Firestore;
 * without it, {@code FIRESTORE_EMULATOR_HOST} may name one. Connects at the first operation.
 */
public final class FirestoreLockBackendProvider implements LockBackendProvider {
    /** The environment variable by which all of Google's clients find an emulator. */
    private static final String EMULATOR = "FIRESTORE_EMULATOR_HOST";

    private static final String EMULATOR_PARAMETER = "emulator";
    private static final Pattern ADDRESS = Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[A-Za-z0-9._-]+):[0-9]{1,5}");

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
        Set<String> known = new TreeSet<>(FirestoreLockOptions.URI_PARAMETERS);
        known.add(EMULATOR_PARAMETER);
        uri.requireKnownParameters(known);
        FirestoreLockOptions options = FirestoreLockOptions.from(uri);
        String named = emulatorIn(uri).orElse(emulator);
        return FirestoreLockBackend.open(OwnClient.open(uri, longest(options), named), options);
    }

    private static Optional<String> emulatorIn(BackendUri uri) {
        Optional<String> address = uri.parameter(EMULATOR_PARAMETER);
        address.ifPresent(given -> {
            if (!ADDRESS.matcher(given).matches()) {
                throw LockException.invalidArgument("the URI parameter '" + EMULATOR_PARAMETER
                        + "' is the host and port of an emulator, such as localhost:8080");
            }
        });
        return address;
    }

    /** Returns how long the client waits for an answer at the most; calls end in time by themselves. */
    private static Duration longest(FirestoreLockOptions options) {
        return options.connectTimeout().compareTo(options.operationTimeout()) > 0
                ? options.connectTimeout()
                : options.operationTimeout();
    }
}

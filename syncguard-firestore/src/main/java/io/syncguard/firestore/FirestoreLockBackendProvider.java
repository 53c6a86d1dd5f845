package io.syncguard.firestore;

import io.syncguard.LockException;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockBackendProvider;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Opens {@code firestore://project} and {@code firestore://project/database}, by default the database {@code (default)}. Parameters are
 * {@link FirestoreLockOptions#URI_PARAMETERS}, and {@code emulator}, the {@code host:port} of an emulator that takes the place of Firestore;
 * without it, {@code FIRESTORE_EMULATOR_HOST} may name one. A port or a user is refused. Connects at the first operation.
 */
public final class FirestoreLockBackendProvider implements LockBackendProvider {
    /** The environment variable by which all of Google's clients find an emulator. */
    private static final String EMULATOR = "FIRESTORE_EMULATOR_HOST";

    private static final String EMULATOR_PARAMETER = "emulator";
    private static final Pattern ADDRESS = Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[A-Za-z0-9._-]+):(?<port>[0-9]{1,5})");
    private static final int LAST_PORT = 65_535;
    private static final int NO_PORT = -1;

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
        requireNoServer(uri);
        String named = emulator(uri, emulator).orElse(null);
        return FirestoreLockBackend.open(OwnClient.open(uri, longest(options), named), options);
    }

    /** Nothing of a server's address has a meaning here, and must not be ignored. */
    private static void requireNoServer(BackendUri uri) {
        if (uri.portOr(NO_PORT) != NO_PORT
                || uri.user().isPresent()
                || uri.password().isPresent()) {
            throw LockException.invalidArgument(
                    "the URI names a project, which has neither a port nor a user: firestore://my-project. Firestore's client finds"
                            + " credentials itself; an emulator is named by a parameter: firestore://my-project?emulator=localhost:8080");
        }
    }

    /** Returns the address of the emulator that the URI names, or else the environment; empty if neither does. */
    private static Optional<String> emulator(BackendUri uri, @Nullable String environment) {
        Optional<String> named = uri.parameter(EMULATOR_PARAMETER);
        if (named.isPresent()) {
            return Optional.of(address(named.get(), "the URI parameter '" + EMULATOR_PARAMETER + "'"));
        }
        return environment == null || environment.isBlank()
                ? Optional.empty()
                : Optional.of(address(environment, "the environment variable " + EMULATOR));
    }

    private static String address(String text, String whose) {
        Matcher parts = ADDRESS.matcher(text);
        if (!parts.matches() || !isPort(Integer.parseInt(parts.group("port")))) {
            throw LockException.invalidArgument(whose + " is the host and port of an emulator, such as localhost:8080");
        }
        return text;
    }

    private static boolean isPort(int number) {
        return number >= 1 && number <= LAST_PORT;
    }

    /** Returns how long the client waits for an answer at the most; calls end in time by themselves. */
    private static Duration longest(FirestoreLockOptions options) {
        return options.connectTimeout().compareTo(options.operationTimeout()) > 0
                ? options.connectTimeout()
                : options.operationTimeout();
    }
}

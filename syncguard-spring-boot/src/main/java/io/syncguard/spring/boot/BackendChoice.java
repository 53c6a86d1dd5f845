package io.syncguard.spring.boot;

import io.syncguard.Backend;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides where locks are kept: in a {@link Backend} of the application's, else at the address of connection details or of
 * {@code syncguard.uri}, else through the one
 * connection that the application has or {@code syncguard.backend} names. Immutable.
 */
final class BackendChoice {
    private final SyncGuardProperties properties;
    private final List<Backend> own;
    private final List<SyncGuardConnectionDetails> details;
    private final List<BackendSource> sources;
    private final @Nullable ClassLoader loader;

    /**
     * @param loader of the application; null for that of the thread
     */
    BackendChoice(
            SyncGuardProperties properties,
            List<Backend> own,
            List<SyncGuardConnectionDetails> details,
            List<BackendSource> sources,
            @Nullable ClassLoader loader) {
        this.properties = properties;
        this.own = own;
        this.details = details;
        this.sources = sources;
        this.loader = loader;
    }

    /** Where the locks are. */
    sealed interface Place {
        /** Returns a backend for a guard to close. */
        Backend open();

        /** Returns the lifecycle phase of what it depends on. */
        int phase();
    }

    private static final class Given implements Place {
        private final Backend backend;
        private final AtomicBoolean used = new AtomicBoolean();

        Given(Backend backend) {
            this.backend = backend;
        }

        @Override
        public Backend open() {
            if (used.getAndSet(true)) {
                throw new IllegalStateException("the Backend " + backend.name()
                        + " of the application was closed when the context stopped, and cannot be opened again; set syncguard.uri"
                        + " instead of a bean of type Backend if the context is to be started again");
            }
            return backend;
        }

        @Override
        public int phase() {
            return Integer.MIN_VALUE;
        }
    }

    private record At(UriBackendSource address) implements Place {
        @Override
        public Backend open() {
            return address.open();
        }

        @Override
        public int phase() {
            return Integer.MIN_VALUE;
        }
    }

    private record Through(BackendSource source) implements Place {
        @Override
        public Backend open() {
            return source.open();
        }

        @Override
        public int phase() {
            return source.phase();
        }
    }

    /**
     * Returns the place. Opens nothing.
     *
     * @throws InvalidSyncGuardPropertiesException if there is none, or if there are several
     */
    Place place() {
        if (own.size() + details.size() > 1) {
            throw new InvalidSyncGuardPropertiesException(
                    "there are " + own.size() + " beans of type Backend and " + details.size()
                            + " of type SyncGuardConnectionDetails, and locks are kept in one place",
                    "Remove all but one, or annotate one Backend or SyncGuardConnectionDetails as @Primary. With @ServiceConnection, name the type"
                            + " of the details that a container is for.");
        }
        if (!own.isEmpty()) {
            return new Given(own.get(0));
        }
        if (!details.isEmpty()) {
            return new At(new UriBackendSource(details.get(0), properties, loader));
        }
        // Not a bean with a condition, which ahead-of-time processing would decide without the settings of the machine
        // that it runs on.
        if (properties.uri() != null) {
            return new At(
                    new UriBackendSource(new PropertiesSyncGuardConnectionDetails(properties), properties, loader));
        }
        BackendSource source = source();
        BackendOptions.requireOnlyThoseOf(source.kind(), properties);
        if (properties.username() != null || properties.password() != null) {
            throw new InvalidSyncGuardPropertiesException(
                    "syncguard.username and syncguard.password belong to syncguard.uri, which is not set",
                    "Set syncguard.uri, or remove them: the connection of the application has its own.");
        }
        return new Through(source);
    }

    private BackendSource source() {
        BackendKind chosen = properties.backend();
        List<BackendSource> candidates = chosen != null
                ? sources.stream().filter(each -> each.kind() == chosen).toList()
                : firstChoices();
        Optional<BackendSource> best = candidates.stream()
                .filter(each -> !each.isSecondChoice())
                .findFirst()
                .or(() -> candidates.stream().findFirst());
        if (candidates.size() > 1 && chosen == null) {
            throw new InvalidSyncGuardPropertiesException(
                    "locks may be kept through " + described(candidates) + " of the application",
                    "Choose one by syncguard.backend: "
                            + candidates.stream()
                                    .map(each -> each.kind().toString())
                                    .collect(Collectors.joining(" or "))
                            + ". Or set syncguard.uri.");
        }
        if (best.isEmpty() && chosen != null) {
            chosen.requireArtifact(loader);
        }
        return best.orElseThrow(() -> none(chosen));
    }

    private List<BackendSource> firstChoices() {
        List<BackendSource> first =
                sources.stream().filter(each -> !each.isSecondChoice()).toList();
        return first.isEmpty() ? sources : first;
    }

    private InvalidSyncGuardPropertiesException none(@Nullable BackendKind chosen) {
        String problem = chosen == null
                ? "nothing says where locks are kept"
                : "syncguard.backend is " + chosen + ", and the application has no such connection"
                        + (sources.isEmpty() ? "" : ", but " + described(sources));
        return new InvalidSyncGuardPropertiesException(
                problem,
                "Set syncguard.uri, such as redis://localhost:6379, and add the artifact that opens it. Or add syncguard-redis-lettuce or"
                        + " syncguard-redis-jedis beside spring-boot-starter-data-redis, or syncguard-firestore beside a Firestore bean; of several"
                        + " connection factories, one has to be @Primary. Or set syncguard.enabled=false.");
    }

    private static String described(List<BackendSource> sources) {
        return sources.stream().map(BackendSource::description).collect(Collectors.joining(" or "));
    }
}

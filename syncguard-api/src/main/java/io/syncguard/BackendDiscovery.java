package io.syncguard;

import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockBackendProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the one backend for a URI among the providers on the class path or module path. */
public final class BackendDiscovery {
    private static final String JEDIS = "io.syncguard:syncguard-redis-jedis";
    private static final String LETTUCE = "io.syncguard:syncguard-redis-lettuce";
    private static final String EITHER = JEDIS + " or " + LETTUCE;
    private static final Map<String, String> KNOWN_ARTIFACTS = Map.ofEntries(
            Map.entry("redis", EITHER),
            Map.entry("rediss", EITHER),
            Map.entry("redis-sentinel", EITHER),
            Map.entry("rediss-sentinel", EITHER),
            Map.entry("redis+jedis", JEDIS),
            Map.entry("rediss+jedis", JEDIS),
            Map.entry("redis-sentinel+jedis", JEDIS),
            Map.entry("rediss-sentinel+jedis", JEDIS),
            Map.entry("redis+lettuce", LETTUCE),
            Map.entry("rediss+lettuce", LETTUCE),
            Map.entry("redis-sentinel+lettuce", LETTUCE),
            Map.entry("rediss-sentinel+lettuce", LETTUCE),
            Map.entry("firestore", "io.syncguard:syncguard-firestore"),
            Map.entry("memory", "io.syncguard:syncguard-memory"));

    private final Iterable<LockBackendProvider> providers;

    BackendDiscovery(Iterable<LockBackendProvider> providers) {
        this.providers = providers;
    }

    /** Returns the discovery that asks {@link ServiceLoader}, by the caller's context class loader if that finds any. */
    public static BackendDiscovery onClassPath() {
        ServiceLoader<LockBackendProvider> byContext = ServiceLoader.load(LockBackendProvider.class);
        ClassLoader own = BackendDiscovery.class.getClassLoader();
        return new BackendDiscovery(
                isEmpty(byContext) ? ServiceLoader.load(LockBackendProvider.class, own) : byContext);
    }

    private static boolean isEmpty(ServiceLoader<LockBackendProvider> loader) {
        return loader.stream().findAny().isEmpty();
    }

    public LockBackend open(@Nullable String text) {
        BackendUri uri = BackendUri.parse(text);
        List<LockBackendProvider> matching = new ArrayList<>();
        List<String> present = new ArrayList<>();
        try {
            for (LockBackendProvider provider : providers) {
                present.add(provider.name() + " " + new TreeSet<>(provider.schemes()));
                if (provider.schemes().contains(uri.scheme())) {
                    matching.add(provider);
                }
            }
        } catch (ServiceConfigurationError e) {
            throw LockException.invalidArgument(
                    "a backend provider on the class path cannot be loaded; see the cause and fix or remove it", e);
        }
        if (matching.isEmpty()) {
            throw noProvider(uri.scheme(), present);
        }
        if (matching.size() > 1) {
            throw severalProviders(uri.scheme(), matching);
        }
        return matching.get(0).open(uri);
    }

    private static LockException noProvider(String scheme, List<String> present) {
        String artifact = KNOWN_ARTIFACTS.get(scheme);
        String fix = artifact == null ? "check the scheme, or add the artifact that opens it" : "add " + artifact;
        String found =
                present.isEmpty() ? "no backend is on the class path" : "found are " + String.join(", ", present);
        return LockException.invalidArgument("no backend opens " + scheme + " URIs: " + fix + " (" + found + ")");
    }

    private static LockException severalProviders(String scheme, List<LockBackendProvider> matching) {
        String names = matching.stream().map(LockBackendProvider::name).sorted().collect(Collectors.joining(" and "));
        String choices = matching.stream()
                .flatMap(provider -> provider.schemes().stream())
                .filter(other -> matching.stream()
                                .filter(p -> p.schemes().contains(other))
                                .count()
                        == 1)
                .filter(other -> other.startsWith(scheme + "+"))
                .sorted()
                .map(other -> other + "://")
                .collect(Collectors.joining(", "));
        String fix = choices.isEmpty() ? "remove all but one" : "remove all but one, or choose by scheme: " + choices;
        return LockException.invalidArgument(names + " all open " + scheme + " URIs: " + fix);
    }
}

package io.syncguard.internal.open;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockBackendProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the one backend for a URI among the providers on the class path or module path. Providers are loaded anew by each {@link
 * #open}. Thread-safe.
 *
 * <p>A provider cannot be used if its class is missing, if its constructor or one of its methods throws, or if it belongs to another
 * copy of this library. It is skipped if another provider opens the URI. Otherwise the failure names it and its error.
 */
public final class BackendDiscovery {
    /** A class loader that cannot read its configuration files fails for ever. */
    private static final int MOST_FAILURES = 100;

    private final Supplier<? extends Iterable<? extends Iterator<ServiceLoader.Provider<LockBackendProvider>>>> sources;

    BackendDiscovery(
            Supplier<? extends Iterable<? extends Iterator<ServiceLoader.Provider<LockBackendProvider>>>> sources) {
        this.sources = sources;
    }

    /**
     * Returns the discovery that asks {@link ServiceLoader}. It searches the caller's context class loader, and then the class loader of
     * this library. Loads nothing yet.
     */
    public static BackendDiscovery onClassPath() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        ClassLoader own = BackendDiscovery.class.getClassLoader();
        return context == null || context == own
                ? new BackendDiscovery(() -> List.of(providers(own)))
                : new BackendDiscovery(() -> List.of(providers(context), providers(own)));
    }

    private static Iterator<ServiceLoader.Provider<LockBackendProvider>> providers(@Nullable ClassLoader loader) {
        return ServiceLoader.load(LockBackendProvider.class, loader).stream().iterator();
    }

    /** A provider that can be asked, and what it has said. */
    private record Usable(LockBackendProvider provider, String name, Set<String> schemes) {
        boolean opens(String scheme) {
            return schemes.contains(scheme);
        }

        @Override
        public String toString() {
            return name + " " + new TreeSet<>(schemes);
        }
    }

    /** The providers that were found. */
    private static final class Found {
        final List<Usable> usable = new ArrayList<>();
        final List<Throwable> broken = new ArrayList<>();

        List<Usable> opening(String scheme) {
            return usable.stream().filter(each -> each.opens(scheme)).toList();
        }

        /** Errors say which class they are about; one that two class loaders come across is told once. */
        void broken(@Nullable String type, Throwable error) {
            String told = error.toString();
            Throwable named = type == null || told.contains(type)
                    ? error
                    : new ServiceConfigurationError(type + " failed: " + told, error);
            if (broken.stream().noneMatch(known -> known.toString().equals(named.toString()))) {
                broken.add(named);
            }
        }
    }

    /**
     * Opens the backend of a URI. The provider runs under the class loader of its class, so threads that it starts do not keep the
     * caller's context class loader.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the URI is invalid, or if no provider opens it, or several do;
     *     {@code INTERNAL} if the provider throws anything else; others as the provider
     *     throws them
     */
    public LockBackend open(@Nullable String text) {
        BackendUri uri = BackendUri.parse(text);
        return within(BackendDiscovery.class.getClassLoader(), () -> open(uri));
    }

    private LockBackend open(BackendUri uri) {
        Found found = find();
        List<Usable> matching = found.opening(uri.scheme());
        if (matching.isEmpty()) {
            throw noProvider(uri.scheme(), found);
        }
        if (matching.size() > 1) {
            throw severalProviders(uri.scheme(), matching);
        }
        Usable one = matching.get(0);
        return within(one.provider.getClass().getClassLoader(), () -> opened(one, uri));
    }

    private static LockBackend opened(Usable one, BackendUri uri) {
        LockBackend backend;
        try {
            backend = one.provider.open(uri);
        } catch (LockException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            // Such as a client library that is missing, or of a version that does not fit.
            throw LockException.failed(
                    LockErrorCode.INTERNAL,
                    LockOperation.CONNECT,
                    null,
                    one.name + " failed to open the backend; are its dependencies on the class path? See the cause",
                    e);
        }
        if (backend == null) {
            throw LockException.failed(
                    LockErrorCode.INTERNAL, LockOperation.CONNECT, null, one.name + " opened no backend", null);
        }
        return backend;
    }

    private static <T> T within(@Nullable ClassLoader loader, Supplier<T> body) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return body.get();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private Found find() {
        Found found = new Found();
        Set<String> asked = new TreeSet<>();
        for (Iterator<ServiceLoader.Provider<LockBackendProvider>> source : sources.get()) {
            for (int failures = 0; failures < MOST_FAILURES; ) {
                ServiceLoader.Provider<LockBackendProvider> next;
                try {
                    if (!source.hasNext()) {
                        break;
                    }
                    next = source.next();
                } catch (RuntimeException | ServiceConfigurationError | LinkageError e) {
                    // The next one may be fine.
                    found.broken(null, e);
                    failures++;
                    continue;
                }
                // The same class by another loader, unless the first one cannot be used.
                if (!asked.contains(next.type().getName()) && ask(next, found)) {
                    asked.add(next.type().getName());
                }
            }
        }
        return found;
    }

    private static boolean ask(ServiceLoader.Provider<LockBackendProvider> of, Found found) {
        String type = of.type().getName();
        try {
            LockBackendProvider provider = of.get();
            String name = Objects.requireNonNull(provider.name(), "name()");
            Set<String> schemes = Set.copyOf(Objects.requireNonNull(provider.schemes(), "schemes()"));
            found.usable.add(new Usable(provider, name, schemes));
            return true;
        } catch (RuntimeException | ServiceConfigurationError | LinkageError | AssertionError e) {
            found.broken(type, e);
            return false;
        }
    }

    private static LockException noProvider(String scheme, Found found) {
        String fix = KnownSchemes.fix(scheme);
        String present = found.usable.isEmpty()
                ? "no backend is on the class path"
                : "found are " + found.usable.stream().map(Usable::toString).collect(Collectors.joining(", "));
        if (found.broken.isEmpty()) {
            return LockException.invalidArgument("no backend opens " + scheme + " URIs: " + fix + " (" + present + ")");
        }
        String errors = found.broken.stream().map(BackendDiscovery::inWords).collect(Collectors.joining("; "));
        LockException e = LockException.invalidArgument(
                "no backend opens " + scheme + " URIs: " + fix + ", or fix the providers that cannot be used: " + errors
                        + " (" + present + ")",
                found.broken.get(0));
        found.broken.stream().skip(1).forEach(e::addSuppressed);
        return e;
    }

    private static String inWords(Throwable broken) {
        String message = broken.getMessage();
        return broken instanceof ServiceConfigurationError && message != null ? message : broken.toString();
    }

    private static LockException severalProviders(String scheme, List<Usable> matching) {
        String names = matching.stream().map(Usable::name).sorted().collect(Collectors.joining(" and "));
        String choices = matching.stream()
                .flatMap(provider -> provider.schemes().stream())
                .filter(other ->
                        matching.stream().filter(each -> each.opens(other)).count() == 1)
                .filter(other -> other.startsWith(scheme + "+"))
                .sorted()
                .map(other -> other + "://")
                .collect(Collectors.joining(", "));
        String fix = choices.isEmpty() ? "remove all but one" : "remove all but one, or choose by scheme: " + choices;
        return LockException.invalidArgument(names + " all open " + scheme + " URIs: " + fix);
    }
}

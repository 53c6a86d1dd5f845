package io.syncguard.internal.open;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.SyncGuard;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockBackendProvider;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a URI finds its backend, and what is said when it does not. */
class BackendDiscoveryTest {
    private static final LockBackend BACKEND = (LockBackend) Proxy.newProxyInstance(
            LockBackend.class.getClassLoader(), new Class<?>[] {LockBackend.class}, (proxy, method, arguments) -> null);

    private record Simple(String name, Set<String> schemes) implements LockBackendProvider {
        @Override
        public LockBackend open(BackendUri uri) {
            return BACKEND;
        }
    }

    /** What each of the providers opened under which context class loader. */
    private static final AtomicReference<ClassLoader> OPENED_UNDER = new AtomicReference<>();

    /** Opens {@code tested} URIs, as a provider that {@link ServiceLoader} finds. */
    public static class Loaded implements LockBackendProvider {
        @Override
        public String name() {
            return "loaded";
        }

        @Override
        public Set<String> schemes() {
            return Set.of("tested");
        }

        @Override
        public LockBackend open(BackendUri uri) {
            OPENED_UNDER.set(Thread.currentThread().getContextClassLoader());
            return BACKEND;
        }
    }

    /** Cannot be made. */
    public static class Failing extends Loaded {
        /** Fails. */
        public Failing() {
            throw new IllegalStateException("no native library");
        }
    }

    /** Has no name. */
    public static class Nameless extends Loaded {
        @Override
        public String name() {
            return null;
        }
    }

    /** Opens nothing that it could tell. */
    public static class Schemeless extends Loaded {
        @Override
        public Set<String> schemes() {
            return null;
        }
    }

    /** Lacks what it was compiled with. */
    public static class Linkless extends Loaded {
        @Override
        public Set<String> schemes() {
            throw new NoClassDefFoundError("some/client/Client");
        }
    }

    private static final Simple JEDIS = new Simple("syncguard-redis-jedis", Set.of("redis", "redis+jedis"));
    private static final Simple LETTUCE = new Simple("syncguard-redis-lettuce", Set.of("redis", "redis+lettuce"));

    @TempDir
    Path directory;

    private static ServiceLoader.Provider<LockBackendProvider> provider(
            Class<? extends LockBackendProvider> type, LockBackendProvider provider) {
        return new ServiceLoader.Provider<>() {
            @Override
            public Class<? extends LockBackendProvider> type() {
                return type;
            }

            @Override
            public LockBackendProvider get() {
                return provider;
            }
        };
    }

    /** Returns a discovery that finds up to two providers, each as one of a class of its own. */
    private static BackendDiscovery discovery(LockBackendProvider... providers) {
        List<ServiceLoader.Provider<LockBackendProvider>> found = new ArrayList<>();
        for (LockBackendProvider each : providers) {
            found.add(provider(found.isEmpty() ? Simple.class : Loaded.class, each));
        }
        return new BackendDiscovery(() -> List.of(found.iterator()));
    }

    /** Returns a class loader that has a registration of providers beside what its parent has. */
    private URLClassLoader registering(ClassLoader parent, URL[] more, String... types) throws IOException {
        Path services = directory.resolve("META-INF/services");
        Files.createDirectories(services);
        Files.write(services.resolve(LockBackendProvider.class.getName()), List.of(types));
        return new URLClassLoader(
                Stream.concat(Stream.of(directory.toUri().toURL()), Stream.of(more))
                        .toArray(URL[]::new),
                parent);
    }

    private static URL[] copyOfTheLibrary() {
        return Stream.of(LockBackendProvider.class, BackendDiscoveryTest.class, Nullable.class)
                .map(each -> each.getProtectionDomain().getCodeSource().getLocation())
                .toArray(URL[]::new);
    }

    private static <T> T under(ClassLoader context, Callable<T> body) throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(context);
        try {
            return body.call();
        } finally {
            assertThat(Thread.currentThread().getContextClassLoader())
                    .as("the caller's context class loader afterwards")
                    .isSameAs(context);
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private static LockException failureOf(BackendDiscovery discovery, String uri) {
        return catchThrowableOfType(LockException.class, () -> discovery.open(uri));
    }

    @Test
    @DisplayName("the one provider of a scheme opens the backend")
    void found() {
        BackendDiscovery discovery = discovery(JEDIS, new Simple("memory", Set.of("memory")));

        assertThat(discovery.open("REDIS://localhost")).isSameAs(BACKEND);
    }

    @Test
    @DisplayName("without a provider the message names the artifact to add")
    void none() {
        LockException e = failureOf(discovery(), "redis://localhost");

        assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
        assertThat(e)
                .hasMessageContaining("add io.syncguard:syncguard-redis-jedis")
                .hasMessageContaining("no backend is on the class path");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis",
                "rediss",
                "redis-sentinel",
                "rediss-sentinel",
                "redis-cluster",
                "rediss-cluster",
            })
    @DisplayName("every scheme of Redis names its artifacts, the forms that choose a client their one")
    void artifactsOfRedis(String scheme) {
        assertThat(failureOf(discovery(), scheme + "://h"))
                .hasMessageContaining("add io.syncguard:syncguard-redis-jedis or io.syncguard:syncguard-redis-lettuce");
        assertThat(failureOf(discovery(), scheme + "+jedis://h"))
                .hasMessageContaining("add io.syncguard:syncguard-redis-jedis (");
        assertThat(failureOf(discovery(), scheme + "+lettuce://h"))
                .hasMessageContaining("add io.syncguard:syncguard-redis-lettuce (");
    }

    @ParameterizedTest
    @CsvSource({
        "redis-socket:///run/redis.sock, LettuceLockBackend.create",
        "redis+socket:///run/redis.sock, LettuceLockBackend.create",
        "redis+ssl://h, rediss://",
        "redis+tls://h, rediss://",
        "valkey://h, redis://",
        "valkeys://h, rediss://"
    })
    @DisplayName("for a scheme of another library the message says what to do instead")
    void otherLibraries(String uri, String advice) {
        LockException e = failureOf(discovery(JEDIS), uri);

        assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
        assertThat(e).hasMessageContaining(advice);
    }

    @Test
    @DisplayName("for a scheme nobody knows the message says what there is")
    void unknownScheme() {
        assertThat(failureOf(discovery(JEDIS), "etcd://localhost"))
                .hasMessageContaining("no backend opens etcd")
                .hasMessageContaining("syncguard-redis-jedis [redis, redis+jedis]");
    }

    @Test
    @DisplayName("with two providers the message names both and how to choose, and the choice works")
    void two() {
        BackendDiscovery both = discovery(JEDIS, LETTUCE);

        assertThat(failureOf(both, "redis://localhost"))
                .hasMessageContaining("syncguard-redis-jedis and syncguard-redis-lettuce")
                .hasMessageContaining("redis+jedis://, redis+lettuce://");
        assertThat(both.open("redis+lettuce://localhost")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(classes = {Failing.class, Nameless.class, Schemeless.class, Linkless.class})
    @DisplayName("a provider that fails is skipped if another opens the scheme, and named with its error if none does")
    void failing(Class<?> broken) throws Exception {
        ClassLoader own = getClass().getClassLoader();
        try (URLClassLoader context =
                registering(own, new URL[0], "com.example.Missing", broken.getName(), Loaded.class.getName())) {
            assertThat(under(context, () -> SyncGuard.openBackend("tested:"))).isSameAs(BACKEND);

            LockException e = under(context, () -> failureOf(BackendDiscovery.onClassPath(), "other:"));

            assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
            assertThat(e).hasMessageContaining("com.example.Missing").hasMessageContaining(broken.getName());
            assertThat(e).hasMessageContaining("loaded [tested]");
            assertThat(e).hasCauseInstanceOf(ServiceConfigurationError.class);
            assertThat(e.getSuppressed()).hasSize(1);
        }
    }

    @Test
    @DisplayName("a registration that cannot be read is named")
    void malformed() throws Exception {
        ClassLoader own = getClass().getClassLoader();
        try (URLClassLoader context = registering(own, new URL[0], "two words", Loaded.class.getName())) {
            LockException e = under(context, () -> failureOf(BackendDiscovery.onClassPath(), "tested:"));

            assertThat(e).hasMessageContaining("META-INF/services");
        }
    }

    @Test
    @DisplayName("a class loader that fails for ever does not hang the discovery")
    void failsForEver() {
        Iterator<ServiceLoader.Provider<LockBackendProvider>> broken = new Iterator<>() {
            @Override
            public boolean hasNext() {
                throw new ServiceConfigurationError("cannot read");
            }

            @Override
            public ServiceLoader.Provider<LockBackendProvider> next() {
                throw new ServiceConfigurationError("cannot read");
            }
        };
        BackendDiscovery discovery = new BackendDiscovery(
                () -> List.of(broken, List.of(provider(JEDIS.getClass(), JEDIS)).iterator()));

        assertThat(discovery.open("redis://localhost")).isSameAs(BACKEND);
    }

    @Test
    @DisplayName("a provider of another copy of the library is no provider of this one, and the message says so")
    void anotherCopy() throws Exception {
        try (URLClassLoader foreign =
                registering(ClassLoader.getPlatformClassLoader(), copyOfTheLibrary(), Loaded.class.getName())) {
            assertThat(foreign.loadClass(Loaded.class.getName())).isNotSameAs(Loaded.class);
            BackendDiscovery discovery = under(foreign, BackendDiscovery::onClassPath);

            LockException e = under(foreign, () -> failureOf(discovery, "tested:"));

            assertThat(e).as("of the copy's provider").hasMessageContaining(Loaded.class.getName() + " not a subtype");
        }
    }

    @Test
    @DisplayName("providers of the library's own class loader are found under any context class loader, and under none")
    void ownLoader() throws Exception {
        ClassLoader platform = ClassLoader.getPlatformClassLoader();
        try (URLClassLoader own = registering(platform, copyOfTheLibrary(), Opener.class.getName());
                URLClassLoader another = registering(platform, copyOfTheLibrary(), Opener.class.getName())) {
            for (ClassLoader context : new ClassLoader[] {null, platform, another, own}) {
                Object opened = under(context, () -> own.loadClass(SyncGuard.class.getName())
                        .getMethod("openBackend", String.class)
                        .invoke(null, "opened:"));

                assertThat(opened.getClass().getClassLoader()).isNotNull();
                assertThat(own.loadClass(Opener.class.getName())
                                .getField("openedUnder")
                                .get(null))
                        .as("the context class loader of the one that opens")
                        .isSameAs(own);
            }
        }
    }

    /** A provider that does not need anything but the library. */
    public static final class Opener implements LockBackendProvider {
        /** The context class loader at the last call of {@link #open}. */
        public static volatile ClassLoader openedUnder;

        @Override
        public String name() {
            return "opener";
        }

        @Override
        public Set<String> schemes() {
            return Set.of("opened");
        }

        @Override
        public LockBackend open(BackendUri uri) {
            openedUnder = Thread.currentThread().getContextClassLoader();
            return (LockBackend) Proxy.newProxyInstance(
                    Opener.class.getClassLoader(), new Class<?>[] {LockBackend.class}, (proxy, method, args) -> null);
        }
    }

    @Test
    @DisplayName("a backend is opened under the class loader of its provider, not under the caller's")
    void openedUnderItsOwn() throws Exception {
        try (URLClassLoader context = registering(getClass().getClassLoader(), new URL[0], Loaded.class.getName())) {
            assertThat(under(context, () -> SyncGuard.openBackend("tested:"))).isSameAs(BACKEND);

            assertThat(OPENED_UNDER.get())
                    .isSameAs(Loaded.class.getClassLoader())
                    .isNotSameAs(context);
        }
    }

    @Test
    @DisplayName("ERR-1 a provider that fails to open in a way of its own, or opens nothing, is INTERNAL and named")
    void failsToOpen() {
        NoClassDefFoundError missing = new NoClassDefFoundError("some/client/Client");
        LockBackendProvider failing = new LockBackendProvider() {
            @Override
            public String name() {
                return "failing";
            }

            @Override
            public Set<String> schemes() {
                return Set.of("fails", "null");
            }

            @Override
            public LockBackend open(BackendUri uri) {
                if (uri.scheme().equals("null")) {
                    return null;
                }
                throw missing;
            }
        };
        BackendDiscovery discovery = discovery(failing);

        assertThat(failureOf(discovery, "fails:").code()).isEqualTo(LockErrorCode.INTERNAL);
        assertThat(failureOf(discovery, "fails:"))
                .hasMessageContaining("failing")
                .hasCause(missing);
        assertThat(failureOf(discovery, "null:").code()).isEqualTo(LockErrorCode.INTERNAL);
    }

    @Test
    @DisplayName("ERR-4 no URI is INVALID_ARGUMENT, not a null pointer")
    void nothing() {
        assertThatThrownBy(() -> SyncGuard.connect(null)).isInstanceOf(LockException.class);
    }
}

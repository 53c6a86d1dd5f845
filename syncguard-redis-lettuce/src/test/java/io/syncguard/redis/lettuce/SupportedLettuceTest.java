package io.syncguard.redis.lettuce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.lettuce.core.LettuceVersion;
import io.lettuce.core.resource.Transports;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.redis.common.ClientLibrary;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.LinkedMembers;
import io.syncguard.redis.tests.OtherLibraries;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockBackendProvider;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which versions of Lettuce can be used, and what is said of others. Runs with each version that is supported. */
class SupportedLettuceTest {
    private static final Path MEMBERS = Path.of("src/main/resources/io/syncguard/redis/lettuce/lettuce-members.txt");
    private static final List<String> LIBRARIES =
            List.of("io/lettuce/", "io/netty/", "reactor/", "org/reactivestreams/");
    private static final Set<String> SEAM = Set.of("io/syncguard/redis/lettuce/Lettuce7Features");

    @Test
    @DisplayName("RDS-27 the list of what every version must have is what the classes link to, but for the one seam")
    void listIsComplete() throws Exception {
        Path linked = Path.of("target/lettuce-members.txt");
        Files.writeString(linked, String.join("\n", LinkedMembers.of(SupportedLettuce.class, LIBRARIES, SEAM)) + "\n");

        if (Runtime.version().feature() > 17) {
            // Later compilers write fewer constants, and the list is for all.
            assertThat(Files.readAllLines(MEMBERS)).containsAll(Files.readAllLines(linked));
        } else {
            assertThat(MEMBERS).as("if this fails, replace it with " + linked).hasSameTextualContentAs(linked);
        }
    }

    @Test
    @DisplayName("RDS-27 this Lettuce is the one that the build means, and is used unless it is too old")
    void supported() {
        String version = LettuceVersion.getVersion();
        assertThat(version).startsWith(System.getProperty("syncguard.expectedLettuce", ""));

        if (version.startsWith("6.3.")) {
            assertThatThrownBy(SupportedLettuce::require)
                    .hasMessageContaining("Lettuce 6.3.")
                    .hasMessageContaining("is too old: it has no RedisPubSubAsyncCommands.ssubscribe.");
        } else {
            assertThatCode(SupportedLettuce::require).doesNotThrowAnyException();
            assertThatCode(lookedUp()::require).doesNotThrowAnyException();
            assertThat(LinkedMembers.unimplemented(SupportedLettuce.class, SEAM))
                    .isEmpty();
        }
    }

    /** Looks whatever the version: none is between these two. */
    private static ClientLibrary lookedUp() {
        return ClientLibrary.of(
                new ClientLibrary.Client(
                        "Lettuce",
                        "io.lettuce",
                        "lettuce-core",
                        "io.lettuce.core.RedisClient",
                        "none",
                        "99.0",
                        "99.0",
                        "none"),
                MethodHandles.lookup(),
                SupportedLettuce.class.getResourceAsStream("lettuce-members.txt"));
    }

    @ParameterizedTest
    @CsvSource({
        // What these versions lack.
        "5.3.7.RELEASE, core.StaticCredentialsProvider,    too old, StaticCredentialsProvider, 6.6.0.RELEASE or later",
        "6.3.2.RELEASE, core.SslOptions,                   too old, SslOptions,                6.6.0.RELEASE or later",
        // What they might.
        "7.9.0.RELEASE, core.protocol.CommandArgs,         too new, CommandArgs,               7.7.0.RELEASE",
        "8.0.0.RELEASE, core.cluster.RedisClusterClient,   too new, RedisClusterClient,        7.7.0.RELEASE",
        "no number,     core.SocketOptions,                cannot be used, SocketOptions,      7.7.0.RELEASE",
    })
    @DisplayName(
            "RDS-27, ERR-4 a Lettuce that lacks something is INVALID_ARGUMENT at start, and the message says what to set")
    void refused(String version, String absent, String fault, String named, String toSet) throws Exception {
        ClassLoader other = other("io.lettuce." + absent, "io.lettuce/lettuce-core", version);

        assertThat(opening(other))
                .isInstanceOfSatisfying(
                        LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining("Lettuce " + version + " on the class path")
                .hasMessageContaining(fault)
                .hasMessageContaining("it has no " + named + ".")
                .hasMessageContaining("works with Lettuce 6.6 to 7.x")
                .hasMessageContaining("the version of io.lettuce:lettuce-core to " + toSet)
                .hasMessageContaining("the property lettuce.version");
    }

    @ParameterizedTest
    @ValueSource(classes = {LettuceLockBackend.class, LettuceFencedValues.class})
    @DisplayName("RDS-27 every client that is handed in is refused too")
    void refusedWhenHandedIn(Class<?> entry) throws Exception {
        // Nothing that makes a client needs it.
        ClassLoader other = other("io.lettuce.core.output.IntegerOutput", "io.lettuce/lettuce-core", "8.0.0.RELEASE");
        List<Method> methods = Stream.of(other.loadClass(entry.getName()).getMethods())
                .filter(method -> method.getName().equals("create"))
                .toList();

        assertThat(methods).hasSizeGreaterThanOrEqualTo(3);
        for (Method create : methods) {
            assertThat(creating(create))
                    .as(create.toString())
                    .isInstanceOf(LockException.class)
                    .hasMessageContaining(
                            "Lettuce 8.0.0.RELEASE on the class path is too new: it has no IntegerOutput.");
        }
    }

    private static Throwable creating(Method create) throws Exception {
        Class<?> type = create.getParameterTypes()[0];
        Object client = type.getMethod("create", String.class).invoke(null, "redis://127.0.0.1:1");
        try {
            Object[] arguments = Stream.of(create.getParameterTypes())
                    .map(parameter -> parameter == type
                            ? client
                            : parameter == RedisOptions.class
                                    ? RedisOptions.defaults()
                                    : parameter == Duration.class ? Duration.ofSeconds(1) : (Object) 1)
                    .toArray();
            return catchThrowable(() -> {
                try {
                    create.invoke(null, arguments);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            });
        } finally {
            type.getMethod("shutdown").invoke(client);
        }
    }

    @Test
    @DisplayName("RDS-27 without Lettuce the message says so, and names the newest that tests run with")
    void absent() throws Exception {
        assertThat(opening(other("io.lettuce.core.RedisClient", "io.lettuce/lettuce-core", "7.7.0.RELEASE")))
                .isInstanceOf(LockException.class)
                .hasMessageContaining("there is no Lettuce on the class path")
                .hasMessageContaining("the version of io.lettuce:lettuce-core to "
                        + System.getProperty("syncguard.newestLettuce", ""));
    }

    @Test
    @DisplayName("RDS-27 a Netty that this Lettuce cannot use is INVALID_ARGUMENT at start, and the message names both")
    void misfit() throws Exception {
        String eventLoops = Transports.eventLoopGroupClass().getName();

        assertThat(opening(other(eventLoops, "io.netty/netty-common", "4.1.2.Final")))
                .isInstanceOfSatisfying(
                        LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining("does not fit the Netty on the class path, 4.1.2.Final")
                .hasMessageContaining(eventLoops.replace('.', '/'))
                .hasMessageContaining("the property netty.version");
    }

    private static ClassLoader other(String absent, String artifact, String version) {
        return new OtherLibraries(
                List.of("io.lettuce.", "io.netty.", "io.syncguard.redis.lettuce."), absent, artifact, version);
    }

    private static Throwable opening(ClassLoader other) throws Exception {
        LockBackendProvider backends = (LockBackendProvider) other.loadClass(LettuceLockBackendProvider.class.getName())
                .getDeclaredConstructor()
                .newInstance();
        return catchThrowable(() -> {
            try (LockBackend opened = backends.open(BackendUri.parse("redis://127.0.0.1:1"))) {
                assertThat(opened).isNotNull();
            }
        });
    }
}

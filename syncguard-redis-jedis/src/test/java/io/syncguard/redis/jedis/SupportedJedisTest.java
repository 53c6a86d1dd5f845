package io.syncguard.redis.jedis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.redis.tests.LinkedMembers;
import io.syncguard.redis.tests.OtherLibraries;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockBackendProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which versions of Jedis are supported, and what is said of others. */
class SupportedJedisTest {
    private static final String VERSION = "META-INF/maven/redis.clients/jedis/pom.properties";
    private static final Path MEMBERS = Path.of("src/main/resources/io/syncguard/redis/jedis/jedis-members.txt");
    private static final List<String> LIBRARIES = List.of("redis/clients/jedis/");
    private static final Set<String> SEAM = Set.of("io/syncguard/redis/jedis/JedisDifferences$OnlyInNewer");

    @Test
    @DisplayName("RDS-27 the list of what every version must have is what the classes link to, but for the one seam")
    void listIsComplete() throws Exception {
        assumeTrue(major() >= 6, "an old Jedis, on purpose");
        Path linked = Path.of("target/jedis-members.txt");
        Files.writeString(linked, String.join("\n", LinkedMembers.of(SupportedJedis.class, LIBRARIES, SEAM)) + "\n");

        if (Runtime.version().feature() > 17) {
            // Later compilers write fewer constants, and the list is for all.
            assertThat(Files.readAllLines(MEMBERS)).containsAll(Files.readAllLines(linked));
        } else {
            assertThat(MEMBERS).as("if this fails, replace it with " + linked).hasSameTextualContentAs(linked);
        }
    }

    @Test
    @DisplayName("RDS-27 the Jedis on this class path is supported")
    void supported() throws IOException {
        assumeTrue(major() >= 6, "an old Jedis, on purpose");
        assertThatCode(SupportedJedis::require).doesNotThrowAnyException();
    }

    @Test
    @DisplayName("RDS-27 a version that the tests do not run with is supported if it has all that is called")
    void untestedAndComplete() throws Exception {
        assumeTrue(major() >= 6, "an old Jedis, on purpose");
        Class<?> provider = other("none").loadClass(JedisLockBackendProvider.class.getName());

        assertThatCode(() -> open(
                        (LockBackendProvider) provider.getDeclaredConstructor().newInstance()))
                .doesNotThrowAnyException();
    }

    @Test
    @DisplayName(
            "RDS-27, ERR-4 an old Jedis is INVALID_ARGUMENT at start, and the message says which it is and what to do")
    void tooOld() throws IOException {
        assumeTrue(major() < 6, "the matrix has a run with an old Jedis");
        assertRefused(catchThrowable(() -> open(new JedisLockBackendProvider())), "old");
    }

    private static int major() throws IOException {
        String version = version();
        return Integer.parseInt(version.substring(0, version.indexOf('.')));
    }

    private static String version() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = SupportedJedisTest.class.getClassLoader().getResourceAsStream(VERSION)) {
            properties.load(in);
        }
        return properties.getProperty("version");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SslOptions", "UnifiedJedis", "providers.ClusterConnectionProvider", "Jedis"})
    @DisplayName(
            "RDS-27, ERR-4 a Jedis that lacks something is INVALID_ARGUMENT at start, and the message says what to do")
    void refused(String absent) throws Exception {
        Class<?> provider = other(absent).loadClass(JedisLockBackendProvider.class.getName());
        LockBackendProvider backends =
                (LockBackendProvider) provider.getDeclaredConstructor().newInstance();

        assertRefused(catchThrowable(() -> open(backends)), "new");
    }

    private static void open(LockBackendProvider backends) {
        try (LockBackend opened = backends.open(BackendUri.parse("redis://127.0.0.1:1"))) {
            assertThat(opened).isNotNull();
        }
    }

    private static void assertRefused(Throwable thrown, String age) {
        assertThat(thrown)
                .isInstanceOfSatisfying(
                        LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT))
                .hasMessageMatching("(?s).*Jedis \\d+\\.\\d+\\.\\d+ on the class path is too " + age + ".*")
                .hasMessageContaining("6.0.0 to 8.x")
                .hasMessageContaining("jedis.version");
    }

    /** Loads this module and Jedis anew, as a version of the future without one of its classes. */
    private static ClassLoader other(String absent) {
        return new OtherLibraries(
                List.of("redis.clients.jedis.", "io.syncguard.redis.jedis."),
                "redis.clients.jedis." + absent,
                "redis.clients/jedis",
                "9.1.0");
    }
}

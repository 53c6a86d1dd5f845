package io.syncguard.redis.jedis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockBackendProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which versions of Jedis are supported, and what is said of others. */
class SupportedJedisTest {
    private static final String VERSION = "META-INF/maven/redis.clients/jedis/pom.properties";
    private static final String MEMBERS = "src/main/resources/io/syncguard/redis/jedis/jedis-members.txt";

    @Test
    @DisplayName("RDS-27 the list of what every version must have is what the classes link to, but for the one seam")
    void listIsComplete() throws Exception {
        String linked = String.join(
                "\n", LinkedMembers.of(classes(), "redis/clients/jedis/", "JedisDifferences$OnlyInNewer.class"));

        assertThat(Path.of(MEMBERS)).content().isEqualToNormalizingNewlines(linked + "\n");
    }

    private static Path classes() throws URISyntaxException {
        return Path.of(SupportedJedis.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }

    @Test
    @DisplayName("RDS-27 the Jedis on this class path is supported")
    void supported() throws IOException {
        assumeTrue(major() >= 6, "an old Jedis, on purpose");
        assertThatCode(SupportedJedis::require).doesNotThrowAnyException();
        assertThat(SupportedJedis.isTested(version())).as(version()).isTrue();
    }

    @Test
    @DisplayName("RDS-27 a version that the tests do not run with is supported if it has all that is called")
    void untestedAndComplete() throws Exception {
        assumeTrue(major() >= 6, "an old Jedis, on purpose");
        Class<?> provider = new OtherJedis("none").loadClass(JedisLockBackendProvider.class.getName());

        assertThatCode(() -> open(
                        (LockBackendProvider) provider.getDeclaredConstructor().newInstance()))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "5.2.0, false",
        "6.0.0-beta2, false",
        "6.0.0, true",
        "7.4.1, true",
        "8.0.0, true",
        "8.0.2, true",
        "8.0.3, false",
        "8.1.0, false",
        "10.0.0, false",
        "of an unknown version, false"
    })
    @DisplayName("RDS-27 only a version in the range of the tests is taken at its word")
    void tested(String version, boolean tested) {
        assertThat(SupportedJedis.isTested(version)).isEqualTo(tested);
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
        Class<?> provider = new OtherJedis(absent).loadClass(JedisLockBackendProvider.class.getName());
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
    private static final class OtherJedis extends ClassLoader {
        private final String absent;

        OtherJedis(String absent) {
            super(OtherJedis.class.getClassLoader());
            this.absent = "redis.clients.jedis." + absent;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("redis.clients.jedis.") && !name.startsWith("io.syncguard.redis.jedis.")) {
                return super.loadClass(name, resolve);
            }
            if (name.equals(absent)) {
                throw new ClassNotFoundException(name);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : define(name);
            }
        }

        @Override
        public InputStream getResourceAsStream(String name) {
            return name.equals(VERSION)
                    ? new ByteArrayInputStream("version=9.1.0".getBytes(StandardCharsets.UTF_8))
                    : super.getResourceAsStream(name);
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            URL file = getResource(name.replace('.', '/') + ".class");
            if (file == null) {
                throw new ClassNotFoundException(name);
            }
            try (InputStream in = file.openStream()) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}

package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.SyncGuard;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testservers.TestCertificates;
import io.syncguard.testservers.TlsProxy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** {@code rediss://}, through a proxy that ends the encryption. */
public abstract class EncryptedConnections {
    /** Long enough for a JVM that has just begun to reach the server. */
    private static final String SHORT = "?connectTimeoutMillis=8000";

    private static TestCertificates certificates;
    private static TestCertificates strangers;
    private static RedisTestServer redis;
    private static TlsProxy proxy;

    private final String scheme;

    /**
     * @param scheme that of URIs that this client opens with encryption
     */
    protected EncryptedConnections(String scheme) {
        this.scheme = scheme;
    }

    @BeforeAll
    static void start() {
        certificates = new TestCertificates("localhost");
        strangers = new TestCertificates("elsewhere.example");
        redis = RedisTestServer.start("--requirepass", "secret");
        proxy = TlsProxy.start(redis.port(), certificates);
    }

    @AfterAll
    static void stop() {
        proxy.close();
        redis.close();
        certificates.close();
        strangers.close();
    }

    @Test
    @DisplayName("RDS-13 a server whose certificate the JVM trusts is talked to, encrypted")
    protected void trusted() throws Exception {
        assertThat(answer(proxy, certificates)).startsWith("fence ");
    }

    @Test
    @DisplayName("RDS-13 a server whose certificate is not trusted is not talked to, and the error says why")
    protected void unknownServer() throws Exception {
        assertThat(answer(proxy, strangers))
                .startsWith(LockErrorCode.SERVICE_UNAVAILABLE.name())
                .contains("from an authority that is unknown here", "javax.net.ssl.trustStore");
    }

    @Test
    @DisplayName(
            "RDS-13 a server whose certificate is trusted, but for another host, is not talked to, and the error says why")
    protected void otherHost() throws Exception {
        try (TlsProxy elsewhere = TlsProxy.start(redis.port(), strangers)) {
            assertThat(answer(elsewhere, strangers))
                    .startsWith(LockErrorCode.SERVICE_UNAVAILABLE.name())
                    .contains("certificate is for another host", "issued for this name");
        }
    }

    @Test
    @DisplayName("RDS-13 a port that does not speak TLS, and leaves the handshake unanswered, is named in the error")
    protected void portWithoutTls() throws Exception {
        assertThat(output(command(certificates, List.of(), scheme, redis.port(), SHORT)))
                .startsWith(LockErrorCode.NETWORK_TIMEOUT.name())
                .contains("did not answer the TLS handshake", "use redis://");
    }

    @Test
    @DisplayName("RDS-13 a port that speaks TLS is named in the error of a client that does not")
    protected void clientWithoutTls() throws Exception {
        String plain = scheme.replace("rediss", "redis");
        assertThat(output(command(certificates, List.of(), plain, proxy.port(), "")))
                .startsWith(LockErrorCode.SERVICE_UNAVAILABLE.name())
                .contains("this port speaks TLS", "use rediss://");
    }

    @Test
    @DisplayName("RDS-13 a server that wants a certificate is shown that of the JVM's key store")
    protected void clientCertificate() throws Exception {
        try (TestCertificates client = new TestCertificates("client");
                TlsProxy strict = TlsProxy.startFor(client, redis.port(), certificates)) {
            assertThat(answer(strict, certificates, storeOptions("key", client.keys())))
                    .startsWith("fence ");
        }
    }

    @Test
    @DisplayName("RDS-13 a server that wants a certificate lets nobody in who has none, or another")
    protected void noClientCertificate() throws Exception {
        try (TestCertificates client = new TestCertificates("client");
                TlsProxy strict = TlsProxy.startFor(client, redis.port(), certificates)) {
            assertThat(answer(strict, certificates))
                    .startsWith(LockErrorCode.SERVICE_UNAVAILABLE.name())
                    .contains("certificate of the client's");
            assertThat(answer(strict, certificates, storeOptions("key", strangers.keys())))
                    .startsWith(LockErrorCode.SERVICE_UNAVAILABLE.name())
                    .contains("certificate of the client's");
        }
    }

    @Test
    @DisplayName("RDS-13, RDS-19 a URI says whom it trusts, whatever the JVM and another URI trust")
    protected void trustStoreOfUri() {
        try (TestCertificates other = new TestCertificates("localhost");
                TlsProxy otherProxy = TlsProxy.start(redis.port(), other);
                SyncGuard guard = connect(proxy, store("trust", certificates.trusted()));
                SyncGuard otherGuard = connect(otherProxy, store("trust", other.trusted()));
                SyncGuard mistaken = connect(otherProxy, store("trust", certificates.trusted()));
                SyncGuard ofJvm = connect(proxy, "")) {
            assertThat(guard.isLocked("job")).isFalse();
            assertThat(otherGuard.isLocked("job")).isFalse();
            assertUnavailable(mistaken);
            assertUnavailable(ofJvm);
        }
    }

    @Test
    @DisplayName("RDS-13, RDS-19 a URI says which certificate a server is shown that wants one")
    protected void keyStoreOfUri() {
        try (TestCertificates client = new TestCertificates("client");
                TlsProxy strict = TlsProxy.startFor(client, redis.port(), certificates);
                SyncGuard guard =
                        connect(strict, store("trust", certificates.trusted()) + "&" + store("key", client.keys()));
                SyncGuard stranger = connect(
                        strict, store("trust", certificates.trusted()) + "&" + store("key", strangers.keys()))) {
            assertThat(guard.isLocked("job")).isFalse();
            assertUnavailable(stranger);
        }
    }

    @Test
    @DisplayName(
            "RDS-13 a file with certificates may be replaced, and the next connection is opened with what it holds then")
    protected void replaced() throws Exception {
        Path file = Files.createTempFile("trusted", ".p12");
        Files.copy(strangers.trusted(), file, StandardCopyOption.REPLACE_EXISTING);
        try (SyncGuard guard = connect(proxy, store("trust", file))) {
            assertUnavailable(guard);
            Files.copy(certificates.trusted(), file, StandardCopyOption.REPLACE_EXISTING);

            assertThat(guard.isLocked("job")).isFalse();
        } finally {
            Files.delete(file);
        }
    }

    private SyncGuard connect(TlsProxy server, String parameters) {
        return SyncGuard.connect(PatientUri.of(
                scheme + "://:secret@localhost:" + server.port() + (parameters.isEmpty() ? "" : "?") + parameters));
    }

    private static String store(String kind, Path file) {
        String name = kind + "Store";
        return name + "=" + file + "&" + name + "Password=" + TestCertificates.PASSWORD + "&" + name + "Type=PKCS12";
    }

    private static void assertUnavailable(SyncGuard guard) {
        assertThat(catchThrowableOfType(LockException.class, () -> guard.isLocked("job"))
                        .code())
                .isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
    }

    private String answer(TlsProxy server, TestCertificates trusted) throws Exception {
        return answer(server, trusted, List.of());
    }

    private String answer(TlsProxy server, TestCertificates trusted, List<String> options) throws Exception {
        return output(command(trusted, options, scheme, server.port(), ""));
    }

    private static List<String> command(
            TestCertificates trusted, List<String> options, String scheme, int port, String parameters) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(storeOptions("trust", trusted.trusted()));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), EncryptedClient.class.getName()));
        command.add(scheme + "://:secret@localhost:" + port + parameters);
        return command;
    }

    private static List<String> storeOptions(String kind, Path store) {
        String option = "-Djavax.net.ssl." + kind + "Store";
        return List.of(option + "=" + store, option + "Password=" + TestCertificates.PASSWORD, option + "Type=PKCS12");
    }

    private static String output(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return output.strip();
    }
}

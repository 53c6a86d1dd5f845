package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockErrorCode;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testservers.TestCertificates;
import io.syncguard.testservers.TlsProxy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** {@code rediss://}, through a proxy that ends the encryption. */
public abstract class EncryptedConnections {
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
    @DisplayName("RDS-13 a server whose certificate is not trusted is not talked to")
    protected void unknownServer() throws Exception {
        assertThat(answer(proxy, strangers)).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE.name());
    }

    @Test
    @DisplayName("RDS-13 a server whose certificate is trusted, but for another host, is not talked to")
    protected void otherHost() throws Exception {
        try (TlsProxy elsewhere = TlsProxy.start(redis.port(), strangers)) {
            assertThat(answer(elsewhere, strangers)).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE.name());
        }
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
            assertThat(answer(strict, certificates)).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE.name());
            assertThat(answer(strict, certificates, storeOptions("key", strangers.keys())))
                    .isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE.name());
        }
    }

    private String answer(TlsProxy server, TestCertificates trusted) throws Exception {
        return answer(server, trusted, List.of());
    }

    private String answer(TlsProxy server, TestCertificates trusted, List<String> options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(storeOptions("trust", trusted.trusted()));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), EncryptedClient.class.getName()));
        command.add(scheme + "://:secret@localhost:" + server.port());
        return output(command);
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

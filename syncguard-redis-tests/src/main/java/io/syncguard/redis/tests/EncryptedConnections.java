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
        proxy = new TlsProxy(redis.port(), certificates);
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
        assertThat(answer(proxy, certificates)).isEqualTo("fence 000000000000001");
    }

    @Test
    @DisplayName("RDS-13 a server whose certificate is not trusted is not talked to")
    protected void unknownServer() throws Exception {
        assertThat(answer(proxy, strangers)).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE.name());
    }

    @Test
    @DisplayName("RDS-13 a server whose certificate is trusted, but for another host, is not talked to")
    protected void otherHost() throws Exception {
        try (TlsProxy elsewhere = new TlsProxy(redis.port(), strangers)) {
            assertThat(answer(elsewhere, strangers)).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE.name());
        }
    }

    private String answer(TlsProxy server, TestCertificates trusted) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        String store = "-Djavax.net.ssl.trustStore";
        command.add(store + "=" + trusted.trusted());
        command.add(store + "Password=" + TestCertificates.PASSWORD);
        command.add(store + "Type=PKCS12");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), EncryptedClient.class.getName()));
        command.add(scheme + "://:secret@localhost:" + server.port());
        return output(command);
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

package io.syncguard.redis.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.spi.BackendUri;
import io.syncguard.testservers.TestCertificates;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CertificateStoreTest {
    private static final String STORE = "javax.net.ssl.keyStore";

    private final Properties before = (Properties) System.getProperties().clone();

    private static Optional<CertificateStore> ofClient() {
        return CertificateStore.ofClient(BackendUri.parse("rediss://h"));
    }

    @BeforeEach
    void forget() {
        List.of(STORE, STORE + "Password", STORE + "Type").forEach(System::clearProperty);
    }

    @AfterEach
    void restore() {
        System.setProperties(before);
    }

    @Test
    @DisplayName("RDS-13 there are no keys where no file is named")
    void unnamed() {
        assertThat(ofClient()).isEmpty();
        System.setProperty(STORE, "");
        assertThat(ofClient()).isEmpty();
        System.setProperty(STORE, "NONE");
        assertThat(ofClient()).isEmpty();
    }

    @Test
    @DisplayName("RDS-13 a store is read with its password, and with no other")
    void named() {
        try (TestCertificates certificates = new TestCertificates("client")) {
            System.setProperty(STORE, certificates.keys().toString());
            System.setProperty(STORE + "Password", TestCertificates.PASSWORD);

            assertThat(ofClient().orElseThrow().file())
                    .isEqualTo(certificates.keys().toFile());

            System.setProperty(STORE + "Password", "another");
            assertInvalid();
            System.setProperty(STORE + "Password", TestCertificates.PASSWORD);
            System.setProperty(STORE + "Type", "none such");
            assertInvalid();
        }
    }

    @Test
    @DisplayName("RDS-13 a file that is not there is told about, and how to name another")
    void missing() {
        System.setProperty(STORE, "no-such-file.p12");

        assertInvalid();
    }

    @Test
    @DisplayName("RDS-13, RDS-19 a URI's own store comes before that of the JVM")
    void ofUri() {
        try (TestCertificates jvm = new TestCertificates("jvm");
                TestCertificates own = new TestCertificates("own")) {
            System.setProperty(STORE, jvm.keys().toString());
            System.setProperty(STORE + "Password", TestCertificates.PASSWORD);
            BackendUri uri = BackendUri.parse("rediss://h?" + store("keyStore", own.keys()));

            assertThat(CertificateStore.ofClient(uri).orElseThrow().file())
                    .isEqualTo(own.keys().toFile());
            assertThat(CertificateStore.trusted(uri)).isEmpty();
        }
    }

    @Test
    @DisplayName("RDS-13, ERR-4 a file that holds nothing of use, or not without its password, is refused")
    void useless() {
        try (TestCertificates certificates = new TestCertificates("h")) {
            assertThat(CertificateStore.trusted(
                            BackendUri.parse("rediss://h?" + store("trustStore", certificates.trusted()))))
                    .isPresent();
            assertInvalid(() ->
                    CertificateStore.trusted(BackendUri.parse("rediss://h?trustStore=" + certificates.trusted())));
            assertInvalid(() -> CertificateStore.ofClient(
                    BackendUri.parse("rediss://h?" + store("keyStore", certificates.trusted()))));
        }
    }

    private static String store(String name, Path file) {
        return name + "=" + file + "&" + name + "Password=" + TestCertificates.PASSWORD;
    }

    private static void assertInvalid(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(LockException.class, e -> assertThat(e.code())
                .isEqualTo(LockErrorCode.INVALID_ARGUMENT));
    }

    private static void assertInvalid() {
        assertThatThrownBy(CertificateStoreTest::ofClient).isInstanceOfSatisfying(LockException.class, e -> {
            assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
            assertThat(e).hasMessageContaining("javax.net.ssl.keyStorePassword");
        });
    }
}

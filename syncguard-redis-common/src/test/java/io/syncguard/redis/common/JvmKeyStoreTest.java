package io.syncguard.redis.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.testservers.TestCertificates;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class JvmKeyStoreTest {
    private static final String STORE = "javax.net.ssl.keyStore";

    private final Properties before = (Properties) System.getProperties().clone();

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
        assertThat(JvmKeyStore.named()).isEmpty();
        System.setProperty(STORE, "");
        assertThat(JvmKeyStore.named()).isEmpty();
        System.setProperty(STORE, "NONE");
        assertThat(JvmKeyStore.named()).isEmpty();
    }

    @Test
    @DisplayName("RDS-13 a store is read with its password, and with no other")
    void named() {
        try (TestCertificates certificates = new TestCertificates("client")) {
            System.setProperty(STORE, certificates.keys().toString());
            System.setProperty(STORE + "Password", TestCertificates.PASSWORD);

            assertThat(JvmKeyStore.named().orElseThrow().file())
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

    private static void assertInvalid() {
        assertThatThrownBy(JvmKeyStore::named).isInstanceOfSatisfying(LockException.class, e -> {
            assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
            assertThat(e).hasMessageContaining("javax.net.ssl.keyStorePassword");
        });
    }
}

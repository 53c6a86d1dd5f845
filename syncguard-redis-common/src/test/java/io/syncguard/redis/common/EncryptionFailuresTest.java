package io.syncguard.redis.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketException;
import java.security.InvalidAlgorithmParameterException;
import java.security.SignatureException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EncryptionFailuresTest {
    private static Throwable handshake(Throwable cause) {
        return new SSLHandshakeException("failed").initCause(cause);
    }

    static Stream<Arguments> reasons() {
        return Stream.of(
                Arguments.of(new SSLException("Unsupported or unrecognized SSL message"), "does not speak TLS"),
                Arguments.of(new SSLException("not an SSL/TLS record: 2d455252"), "does not speak TLS"),
                Arguments.of(handshake(new CertPathBuilderException("no path")), "authority that is unknown"),
                Arguments.of(
                        handshake(new CertPathValidatorException(new SignatureException("no match"))),
                        "authority that is unknown"),
                Arguments.of(
                        handshake(new CertificateException("No name matching redis.example found")),
                        "for another host"),
                Arguments.of(
                        handshake(new CertificateException("No subject alternative names present")),
                        "for another host"),
                Arguments.of(
                        handshake(new CertPathValidatorException(new CertificateExpiredException("NotAfter"))),
                        "has expired"),
                Arguments.of(handshake(new CertificateException("weak")), "not accepted"),
                Arguments.of(
                        handshake(new InvalidAlgorithmParameterException("trustAnchors must be non-empty")),
                        "trusted certificates cannot be used"),
                Arguments.of(
                        new SSLHandshakeException("Received fatal alert: bad_certificate"), "javax.net.ssl.keyStore"),
                Arguments.of(new SSLException("odd"), "the cause says why"),
                Arguments.of(new IllegalStateException("Unknown reply: \u0015"), "this port speaks TLS"),
                Arguments.of(new IllegalStateException("Invalid first byte: 21 (x) at 1"), "this port speaks TLS"));
    }

    @ParameterizedTest
    @MethodSource("reasons")
    @DisplayName("RDS-13 each reason why a connection could not be encrypted has words of its own")
    void explains(Throwable thrown, String words) {
        assertThat(EncryptionFailures.explain(new IOException("wrapped", thrown)))
                .contains(words);
    }

    @Test
    @DisplayName("RDS-13 what was met at the nodes of a cluster counts")
    void suppressed() {
        Exception noNode = new IllegalStateException("no node answers");
        noNode.addSuppressed(new IOException(handshake(new CertPathBuilderException("no path"))));

        assertThat(EncryptionFailures.explain(noNode)).contains("authority that is unknown");
    }

    @Test
    @DisplayName("RDS-13 other failures are not explained so")
    void others() {
        Exception loop = new IOException("a");
        loop.addSuppressed(new IOException("b", loop));

        assertThat(EncryptionFailures.explain(loop)).isNull();
        assertThat(EncryptionFailures.explain(new SocketException("Connection reset")))
                .isNull();
        assertThat(EncryptionFailures.explain(null)).isNull();
    }
}

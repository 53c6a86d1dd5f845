package io.syncguard.redis.common;

import java.security.InvalidAlgorithmParameterException;
import java.security.KeyStoreException;
import java.security.SignatureException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Set;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says in plain words why an encrypted connection could not be opened, and what to do (RDS-13). Stateless. */
final class EncryptionFailures {
    /** With it a TLS alert begins, which a server that expects encryption answers to whoever sends none. */
    private static final char ALERT = 0x15;

    private EncryptionFailures() {}

    /** Returns the words for what a client threw; null if it has nothing to do with encryption. */
    static @Nullable String explain(@Nullable Throwable thrown) {
        Set<Throwable> all = Causes.of(thrown);
        if (has(all, EncryptionFailures::isAlertForPlaintext)) {
            return "this port speaks TLS; use rediss:// (or a client with TLS), or a port without";
        }
        if (!has(all, SSLException.class::isInstance) && !has(all, CertificateException.class::isInstance)) {
            return null;
        }
        return why(all);
    }

    private static String why(Set<Throwable> all) {
        if (has(all, EncryptionFailures::isPlaintext)) {
            return "this port does not speak TLS; use redis:// (or a client without TLS), or a port that does";
        }
        if (has(all, EncryptionFailures::isUnusableStore)) {
            return "the store of trusted certificates cannot be used; see to the file that trustStore in the URI or javax.net.ssl.trustStore names, and its"
                    + " password";
        }
        if (has(
                all,
                thrown -> thrown instanceof CertificateExpiredException
                        || thrown instanceof CertificateNotYetValidException)) {
            return "the server's certificate has expired, or is not valid yet; renew it, and see to the clocks";
        }
        if (has(all, EncryptionFailures::isOtherHost)) {
            return "the server's certificate is for another host; connect by a name that is in it, or have one issued for this name";
        }
        // Another key of the same name makes a signature that is none.
        if (has(all, CertPathBuilderException.class::isInstance) || has(all, SignatureException.class::isInstance)) {
            return "the server's certificate is from an authority that is unknown here; add the authority's certificate to the trust"
                    + " store (trustStore in the URI, javax.net.ssl.trustStore, or that of the client)";
        }
        if (has(all, CertificateException.class::isInstance)) {
            return "the server's certificate is not accepted; the cause says why";
        }
        if (has(all, EncryptionFailures::isAlert)) {
            return "the server refused to speak TLS with this client; it may want a certificate of the client's that it trusts"
                    + " (keyStore in the URI, or javax.net.ssl.keyStore); the cause has its words";
        }
        return "TLS with the server failed; the cause says why";
    }

    private static boolean isAlertForPlaintext(Throwable thrown) {
        String message = String.valueOf(thrown.getMessage());
        return !(thrown instanceof SSLException)
                && (message.endsWith("Unknown reply: " + ALERT)
                        || message.contains("Invalid first byte: " + (int) ALERT));
    }

    private static boolean isPlaintext(Throwable thrown) {
        return thrown instanceof SSLException
                && (says(thrown, "unrecognized SSL message") || says(thrown, "not an SSL/TLS record"));
    }

    private static boolean isUnusableStore(Throwable thrown) {
        return thrown instanceof InvalidAlgorithmParameterException
                || thrown instanceof KeyStoreException
                || (thrown instanceof CertificateException && says(thrown, "No X509TrustManager"));
    }

    /** It has no type of its own. */
    private static boolean isOtherHost(Throwable thrown) {
        return thrown instanceof CertificateException
                && (says(thrown, "No subject alternative") || says(thrown, "No name matching"));
    }

    private static boolean isAlert(Throwable thrown) {
        return thrown instanceof SSLException && says(thrown, "Received fatal alert");
    }

    private static boolean says(Throwable thrown, String words) {
        return thrown.getMessage() != null && thrown.getMessage().contains(words);
    }

    private static boolean has(Set<Throwable> all, Predicate<Throwable> kind) {
        return all.stream().anyMatch(kind);
    }
}

package io.syncguard.redis.common;

import io.syncguard.LockException;
import io.syncguard.spi.BackendUri;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A file with certificates, which says whom a client trusts, or who the client is (RDS-13). The URI names it, or for the client's own
 * certificate the JVM's properties do. Its file is read again for each connection, so it may be replaced. Immutable and thread-safe.
 */
public final class CertificateStore {
    /** The URI parameters that name such files. */
    static final Set<String> URI_PARAMETERS = Set.of(
            "trustStore", "trustStorePassword", "trustStoreType", "keyStore", "keyStorePassword", "keyStoreType");

    private static final String JVM_PROPERTIES = "javax.net.ssl.";

    /** The value of the JVM's property if the keys are in no file. */
    private static final String NO_FILE = "NONE";

    private final File file;
    private final @Nullable String password;
    private final String type;

    private CertificateStore(File file, @Nullable String password, String type) {
        this.file = file;
        this.password = password;
        this.type = type;
    }

    /**
     * Returns the store with the certificates to trust; empty if the URI names none. Reads the file.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the file cannot be read, or not with that password, or holds no certificate
     */
    static Optional<CertificateStore> trusted(BackendUri uri) {
        return named("trustStore", "", uri::parameter, CertificateStore::trustManagers);
    }

    /**
     * Returns the store with the client's certificate and key: the one that the URI names, or else the JVM's properties; empty if neither
     * does. Reads the file.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the file cannot be read, or not with that password, or holds no key
     */
    static Optional<CertificateStore> ofClient(BackendUri uri) {
        Optional<CertificateStore> own = named("keyStore", "", uri::parameter, CertificateStore::keyManagers);
        return own.isPresent() ? own : ofJvm();
    }

    private static Optional<CertificateStore> ofJvm() {
        return named(
                "keyStore",
                JVM_PROPERTIES,
                name -> Optional.ofNullable(System.getProperty(name))
                        .filter(value -> !value.isEmpty() && !value.equals(NO_FILE)),
                CertificateStore::keyManagers);
    }

    /** What is made of a store, which shows that it can be used. */
    private interface Use {
        Object of(CertificateStore store) throws IOException, GeneralSecurityException;
    }

    private static Optional<CertificateStore> named(
            String kind, String origin, Function<String, Optional<String>> settings, Use use) {
        String file = origin + kind;
        String password = file + "Password";
        String type = file + "Type";
        if (settings.apply(file).isEmpty()) {
            if (origin.isEmpty()
                    && (settings.apply(password).isPresent()
                            || settings.apply(type).isPresent())) {
                throw LockException.invalidArgument("the URI has a " + password + " or " + type + " and no " + file);
            }
            return Optional.empty();
        }
        CertificateStore store = new CertificateStore(
                new File(settings.apply(file).get()),
                settings.apply(password).orElse(null),
                settings.apply(type).orElse(KeyStore.getDefaultType()));
        try {
            use.of(store);
        } catch (IOException | GeneralSecurityException e) {
            throw LockException.invalidArgument(
                    "the file that " + file + " names cannot be used; check that it is there and what it holds, "
                            + password + " and " + type + " (the cause says more)",
                    e);
        }
        return Optional.of(store);
    }

    /**
     * Returns what trusts the certificates in the file, as it is now.
     *
     * @throws IOException if it cannot be read
     * @throws GeneralSecurityException if it holds nothing of use
     */
    public TrustManagerFactory trustManagers() throws IOException, GeneralSecurityException {
        KeyStore certificates = read();
        if (certificates.size() == 0) {
            throw new IOException(
                    "no certificate can be read from the file" + (password == null ? " without a password" : ""));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(certificates);
        return trust;
    }

    /**
     * Returns what shows the certificate in the file, as it is now.
     *
     * @throws IOException if it cannot be read
     * @throws GeneralSecurityException if it holds nothing of use
     */
    public KeyManagerFactory keyManagers() throws IOException, GeneralSecurityException {
        KeyStore keys = read();
        boolean hasKey = false;
        for (String alias : Collections.list(keys.aliases())) {
            hasKey |= keys.isKeyEntry(alias);
        }
        if (!hasKey) {
            throw new IOException("there is no private key in the file");
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, password());
        return managers;
    }

    private KeyStore read() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(type);
        try (InputStream in = new FileInputStream(file)) {
            store.load(in, password());
        }
        return store;
    }

    /** Returns the file. */
    public File file() {
        return file;
    }

    /** Returns the password, the caller's to keep; null if none is known. */
    public char @Nullable [] password() {
        return password == null ? null : password.toCharArray();
    }

    /** Returns what kind of key store it is, such as {@code PKCS12}. */
    public String type() {
        return type;
    }
}

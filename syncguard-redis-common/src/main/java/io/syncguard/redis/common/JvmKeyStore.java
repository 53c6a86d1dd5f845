package io.syncguard.redis.common;

import io.syncguard.LockException;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Optional;

/**
 * The key store that the JVM's properties name: with what it holds, a client shows a server who it is (RDS-13). Neither client
 * looks there by itself. Immutable and thread-safe.
 */
public final class JvmKeyStore {
    private static final String FILE = "javax.net.ssl.keyStore";
    private static final String PASSWORD = FILE + "Password";
    private static final String TYPE = FILE + "Type";

    /** What the property says where the keys are in no file. */
    private static final String NO_FILE = "NONE";

    private final File file;
    private final String password;
    private final String type;

    private JvmKeyStore(File file, String password, String type) {
        this.file = file;
        this.password = password;
        this.type = type;
    }

    /**
     * Returns the one that is named; empty if none is. Reads the file.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if a file is named and cannot be read, or not with that password
     */
    public static Optional<JvmKeyStore> named() {
        String name = System.getProperty(FILE, "");
        if (name.isEmpty() || name.equals(NO_FILE)) {
            return Optional.empty();
        }
        JvmKeyStore store = new JvmKeyStore(
                new File(name), System.getProperty(PASSWORD, ""), System.getProperty(TYPE, KeyStore.getDefaultType()));
        store.read();
        return Optional.of(store);
    }

    private void read() {
        try (InputStream in = new FileInputStream(file)) {
            KeyStore.getInstance(type).load(in, password());
        } catch (IOException | GeneralSecurityException e) {
            throw LockException.invalidArgument(
                    "the key store with this client's certificate cannot be read; see to the file that " + FILE
                            + " names, " + PASSWORD + " and " + TYPE,
                    e);
        }
    }

    /** Returns the file. */
    public File file() {
        return file;
    }

    /** Returns the password, the caller's to keep. */
    public char[] password() {
        return password.toCharArray();
    }

    /** Returns what kind of key store it is, such as {@code PKCS12}. */
    public String type() {
        return type;
    }
}

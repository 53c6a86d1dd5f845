package io.syncguard.testservers;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Key stores for encrypted connections, made anew by the JDK's {@code keytool}: one side's, and what the other side trusts, which
 * is the first. Both have one password. A Redis server reads the same from files without one.
 */
public final class TestCertificates implements AutoCloseable {
    /** The password of every store and key. */
    public static final String PASSWORD = "changeit";

    private final Path folder;

    /**
     * Makes them.
     *
     * @param names what the certificate is for: a server's host names and IPv4 addresses
     */
    public TestCertificates(String... names) {
        try {
            this.folder = Files.createTempDirectory("syncguard-certificates");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String certificate = certificate().toString();
        run(
                keys(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + names[0],
                "-ext",
                "san=" + Stream.of(names).map(TestCertificates::alternative).collect(Collectors.joining(",")));
        run(keys(), "-exportcert", "-rfc", "-alias", "server", "-file", certificate);
        run(trusted(), "-importcert", "-noprompt", "-alias", "server", "-file", certificate);
        writeKey();
    }

    private static String alternative(String name) {
        return (Character.isDigit(name.charAt(0)) ? "ip:" : "dns:") + name;
    }

    private void writeKey() {
        try (InputStream in = Files.newInputStream(keys())) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            byte[] key = store.getKey("server", PASSWORD.toCharArray()).getEncoded();
            String text = Base64.getMimeEncoder().encodeToString(key);
            Files.writeString(key(), "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the certificate, which is its own authority, in PEM. */
    Path certificate() {
        return folder.resolve("server.crt");
    }

    /** Returns the key in PEM, without a password. */
    Path key() {
        return folder.resolve("server.key");
    }

    /** Returns the store with the key and the certificate. */
    public Path keys() {
        return folder.resolve("server.p12");
    }

    /** Returns the store with what the other side trusts. */
    public Path trusted() {
        return folder.resolve("trusted.p12");
    }

    private static void run(Path store, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("keytool failed: " + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Deletes them. */
    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

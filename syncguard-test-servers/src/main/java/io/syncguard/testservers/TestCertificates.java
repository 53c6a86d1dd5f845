package io.syncguard.testservers;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
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

    private static final String ALIAS = "server";

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
        generate(
                "-dname",
                "CN=" + names[0],
                "-ext",
                "san=" + Stream.of(names).map(TestCertificates::alternative).collect(Collectors.joining(",")));
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(keys())) {
                store.load(in, PASSWORD.toCharArray());
            }
            Certificate certificate = store.getCertificate(ALIAS);
            writeText(certificate(), "CERTIFICATE", certificate.getEncoded());
            writeText(
                    key(),
                    "PRIVATE KEY",
                    store.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
            writeTrusted(certificate);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String alternative(String name) {
        return (Character.isDigit(name.charAt(0)) ? "ip:" : "dns:") + name;
    }

    private static void writeText(Path file, String label, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder().encodeToString(content);
        Files.writeString(file, "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n");
    }

    private void writeTrusted(Certificate certificate) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry(ALIAS, certificate);
        try (OutputStream out = Files.newOutputStream(trusted())) {
            store.store(out, PASSWORD.toCharArray());
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

    /** Makes the key and its certificate, which the JDK has no public class for. */
    private void generate(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"));
        command.addAll(List.of("-genkeypair", "-alias", ALIAS, "-keyalg", "EC"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", keys().toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
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

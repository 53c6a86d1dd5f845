package io.syncguard.testservers;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Key stores for encrypted connections, made anew by the JDK's {@code keytool}: one side's, and what the other side trusts, which
 * is the first. Both have one password.
 */
public final class TestCertificates implements AutoCloseable {
    /** The password of every store and key. */
    public static final String PASSWORD = "changeit";

    private final Path folder;

    /**
     * Makes them.
     *
     * @param name what the certificate is for: a server's host name
     */
    public TestCertificates(String name) {
        try {
            this.folder = Files.createTempDirectory("syncguard-certificates");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String certificate = folder.resolve("server.crt").toString();
        run(
                keys(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=dns:" + name);
        run(keys(), "-exportcert", "-alias", "server", "-file", certificate);
        run(trusted(), "-importcert", "-noprompt", "-alias", "server", "-file", certificate);
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

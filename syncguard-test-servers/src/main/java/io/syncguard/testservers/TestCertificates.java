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
 * Key stores for encrypted connections, made anew by the JDK's {@code keytool}: the server's, and what a client trusts, which is
 * that server. Both have one password.
 */
public final class TestCertificates implements AutoCloseable {
    /** The password of every store and key. */
    public static final String PASSWORD = "changeit";

    private final Path folder;

    /**
     * Makes them.
     *
     * @param serverName the host name that the server's certificate is for
     */
    public TestCertificates(String serverName) {
        try {
            this.folder = Files.createTempDirectory("syncguard-certificates");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String certificate = folder.resolve("server.crt").toString();
        String name = "CN=" + serverName;
        run(
                keys(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                name,
                "-ext",
                "san=dns:" + serverName);
        run(keys(), "-exportcert", "-alias", "server", "-file", certificate);
        run(trusted(), "-importcert", "-noprompt", "-alias", "server", "-file", certificate);
    }

    /** Returns the store with the server's key and certificate. */
    public Path keys() {
        return folder.resolve("server.p12");
    }

    /** Returns the store with what clients trust. */
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

package io.syncguard.cli;

import io.syncguard.spi.BackendUri;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where the locks are. */
final class UriOptions {
    static final String VARIABLE = "SYNCGUARD_URI";

    private static final String INPUT = "-";
    private static final String WAYS = "set the environment variable " + VARIABLE
            + ", or write the URI into a file and name it: --uri-file FILE (- is the standard input)";

    @Option(
            names = "--uri",
            paramLabel = "URI",
            description =
                    "Where the locks are, such as redis://host:6379?keyPrefix=my-app, redis-sentinel://, redis-cluster:// or"
                            + " firestore://project/database. Without a password.")
    private @Nullable String uri;

    @Option(
            names = "--uri-file",
            paramLabel = "FILE",
            description = "A file whose first line is the URI. - is the standard input.")
    private @Nullable String file;

    /**
     * Returns the URI that the options, or the environment, give. May read the input.
     *
     * @throws UsageException if there is none or more than one, or if an argument has a secret
     */
    String uri(Terminal terminal, Map<String, String> environment) {
        if (uri != null && file != null) {
            throw new UsageException("--uri and --uri-file exclude each other");
        }
        if (uri != null) {
            refuseSecrets(uri);
            return uri;
        }
        String found = file == null ? environment.get(VARIABLE) : firstLine(file, terminal);
        if (found == null || found.isBlank()) {
            throw new UsageException(
                    file == null ? "there is no URI: give --uri, or " + WAYS : "the first line of the file is empty");
        }
        return found;
    }

    private static void refuseSecrets(String uri) {
        BackendUri parsed = BackendUri.parse(uri);
        if (parsed.password().isPresent() || hasSecretParameter(uri)) {
            throw new UsageException(
                    "the URI in --uri has a password, which other users of this machine can see; " + WAYS);
        }
    }

    /** Parameters such as {@code sentinelPassword}, whether or not the backend knows them. */
    private static boolean hasSecretParameter(String uri) {
        int query = uri.indexOf('?');
        return query >= 0
                && URLDecoder.decode(uri.substring(query), StandardCharsets.UTF_8)
                        .toLowerCase(Locale.ROOT)
                        .contains("password=");
    }

    private static String firstLine(String file, Terminal terminal) {
        if (file.equals(INPUT)) {
            return terminal.readLine();
        }
        try (var lines = Files.lines(Path.of(file))) {
            return lines.findFirst().orElse("").strip();
        } catch (IOException | UncheckedIOException | InvalidPathException e) {
            throw new UsageException(
                    "the file with the URI cannot be read: " + e.getClass().getSimpleName());
        }
    }
}

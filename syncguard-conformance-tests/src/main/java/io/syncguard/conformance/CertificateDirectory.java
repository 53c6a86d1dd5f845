package io.syncguard.conformance;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Where certificates are written. */
final class CertificateDirectory {
    /** The configuration parameter that names it; nothing is written where that is empty. */
    static final String PARAMETER = "syncguard.conformance.directory";

    private CertificateDirectory() {}

    /** Returns the directory that is set, else the one among what Maven or Gradle builds. */
    static Optional<Path> of(ExtensionContext context) {
        Optional<String> set = context.getConfigurationParameter(PARAMETER);
        if (set.isPresent()) {
            return set.filter(directory -> !directory.isBlank()).map(Path::of);
        }
        return builtIn(Path.of(""));
    }

    /** Returns the directory for certificates in a project; empty if nothing was built there. */
    static Optional<Path> builtIn(Path project) {
        return Stream.of("target", "build")
                .map(project::resolve)
                .filter(Files::isDirectory)
                .map(built -> built.resolve("conformance"))
                .findFirst();
    }
}

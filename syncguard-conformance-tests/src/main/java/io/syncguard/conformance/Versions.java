package io.syncguard.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** The versions of what the suite runs on. */
final class Versions {
    private Versions() {}

    static String syncGuard() {
        Properties written = new Properties();
        try (InputStream in = Objects.requireNonNull(Versions.class.getResourceAsStream("version.properties"))) {
            written.load(in);
        } catch (IOException e) {
            return "unknown: " + e;
        }
        return written.getProperty("version", "unknown");
    }

    static String java() {
        return System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")";
    }

    static String junit() {
        // Jars on the module path tell no version but their module's.
        return Optional.ofNullable(Test.class.getPackage().getImplementationVersion())
                .or(() -> Optional.ofNullable(Test.class.getModule().getDescriptor())
                        .flatMap(ModuleDescriptor::rawVersion))
                .orElse("unknown");
    }
}

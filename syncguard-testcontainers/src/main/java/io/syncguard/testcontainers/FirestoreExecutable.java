package io.syncguard.testcontainers;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The program of the Firestore emulator, for tests that start emulators of their own, for example to kill them. Stateless. */
public final class FirestoreExecutable {
    private FirestoreExecutable() {}

    /**
     * Returns the command that starts the emulator on a port of the loopback address: of the jar that {@code SYNCGUARD_TEST_FIRESTORE_JAR}
     * names, else of an installed Google Cloud CLI. Empty if there is neither.
     *
     * @throws IllegalStateException if the variable names no file
     */
    public static Optional<List<String>> command(int port) {
        FirestoreKind kind = new FirestoreKind();
        Optional<Path> jar = kind.namedProgram(Environment.ofThisJvm()).or(kind::localProgram);
        return jar.map(file -> FirestoreKind.command(file, port));
    }
}

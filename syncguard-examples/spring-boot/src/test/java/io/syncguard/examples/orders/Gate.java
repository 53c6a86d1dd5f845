package io.syncguard.examples.orders;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A point in a process where its threads stop while a test wants them to. Files tell one process of the other. */
final class Gate {
    private final Path closed;
    private final Path reached;

    private Gate(Path folder, String name) {
        closed = folder.resolve(name + "-closed");
        reached = folder.resolve(name + "-reached");
    }

    static Gate atBegin(Path folder) {
        return new Gate(folder, "begin");
    }

    static Gate atCommit(Path folder) {
        return new Gate(folder, "commit");
    }

    /** Stops the thread while the gate is closed. */
    void pass() {
        if (Files.exists(closed)) {
            create(reached);
            Await.until("the gate is open", () -> !Files.exists(closed));
        }
    }

    void close() {
        create(closed);
    }

    void awaitArrival() {
        Await.until("a transaction is at the gate", () -> Files.exists(reached));
    }

    void open() {
        delete(reached);
        delete(closed);
    }

    private static void create(Path file) {
        try {
            Files.writeString(file, "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

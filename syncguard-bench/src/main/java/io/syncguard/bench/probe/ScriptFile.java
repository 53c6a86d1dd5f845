package io.syncguard.bench.probe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Reads the scripts beside these classes. */
final class ScriptFile {
    private ScriptFile() {}

    static byte[] read(String name) {
        try (InputStream in = ScriptFile.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("there is no " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

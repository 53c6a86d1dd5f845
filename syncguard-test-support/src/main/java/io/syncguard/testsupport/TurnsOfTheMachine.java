package io.syncguard.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestPlan;

/**
 * Keeps the tests of other modules away while tests run that need the machine for themselves, by a lock on a file that each JVM with tests
 * holds until it ends: alone or with others.
 */
public final class TurnsOfTheMachine implements TestExecutionListener {
    /** The property that names the file; without it nobody waits. */
    static final String FILE = "syncguard.turnsOfTheMachine";

    /** The property that is true in a JVM that wants to be alone. */
    static final String ALONE = "syncguard.aloneOnTheMachine";

    /** False where a test runs again in a class loader of its own: the JVM has its turn. */
    private static final boolean FIRST_IN_JVM = OncePerJvm.isFirst(TurnsOfTheMachine.class);

    /** The end of the JVM closes it, and with it gives the lock back. */
    @SuppressWarnings("unused")
    private static @Nullable FileLock held;

    @Override
    public void testPlanExecutionStarted(TestPlan tests) {
        String file = System.getProperty(FILE, "");
        if (FIRST_IN_JVM && !file.isEmpty() && tests.containsTests()) {
            take(Path.of(file), Boolean.getBoolean(ALONE));
        }
    }

    /** Waits for a turn, once for the whole JVM: tests that launch tests are part of it. */
    private static synchronized void take(Path file, boolean alone) {
        if (held == null) {
            try {
                Files.createDirectories(file.getParent());
                FileChannel channel = FileChannel.open(
                        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
                held = channel.lock(0, Long.MAX_VALUE, !alone);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}

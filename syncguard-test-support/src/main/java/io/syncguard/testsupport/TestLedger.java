package io.syncguard.testsupport;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Counts the tests that begin and end, apart from the listener that reports them to the build: that one can fail, and
 * then the build takes a failed test for none. {@link TestsCheck} compares the two.
 *
 * <p>The launcher finds it as a service. It writes nothing outside a build, nor for a launcher that a test starts.
 */
public final class TestLedger implements TestExecutionListener {
    private static final AtomicBoolean RUNNING = new AtomicBoolean();

    /** False where a test runs once more in a class loader of its own, and has this class there once more. */
    private static final boolean FIRST_IN_JVM = OncePerJvm.isFirst(TestLedger.class);

    private final @Nullable Path directory;
    private final AtomicBoolean running;
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final Map<String, Integer> skippedClasses = new ConcurrentHashMap<>();
    private @Nullable Path file;

    /** Called by the launcher. */
    public TestLedger() {
        this(underBuild(), RUNNING);
    }

    /**
     * @param directory where to write; null to write nothing
     * @param running whether the tests of this JVM are running already
     */
    TestLedger(@Nullable Path directory, AtomicBoolean running) {
        this.directory = directory;
        this.running = running;
    }

    /** Surefire names the module's directory. */
    private static @Nullable Path underBuild() {
        String module = System.getProperty("basedir");
        return module == null || !FIRST_IN_JVM ? null : Path.of(module, "target", LedgerFile.DIRECTORY);
    }

    @Override
    public void testPlanExecutionStarted(TestPlan plan) {
        if (directory != null && running.compareAndSet(false, true)) {
            // One of several JVMs gets its classes one by one, as plans that follow each other.
            begun.set(0);
            ended.set(0);
            failed.set(0);
            skippedClasses.clear();
            file = LedgerFile.newIn(directory);
            write(false);
        }
    }

    @Override
    public void executionStarted(TestIdentifier id) {
        if (id.isTest()) {
            begun.incrementAndGet();
        }
    }

    @Override
    public void executionFinished(TestIdentifier id, TestExecutionResult result) {
        if (id.isTest()) {
            ended.incrementAndGet();
        }
        if (result.getStatus() == Status.FAILED) {
            failed.incrementAndGet();
        }
        if (result.getStatus() == Status.ABORTED) {
            skip(id, result.getThrowable().map(Throwable::getMessage).orElse(null));
        }
    }

    @Override
    public void executionSkipped(TestIdentifier id, String reason) {
        skip(id, reason);
    }

    /** A test that is skipped has its reason in the reports. Of a class that is skipped the build shows nothing but a number. */
    private void skip(TestIdentifier id, @Nullable String reason) {
        if (id.isContainer()) {
            skippedClasses.merge(String.valueOf(reason), 1, Integer::sum);
        }
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        if (file != null) {
            write(true);
            running.set(false);
        }
    }

    private void write(boolean complete) {
        Path written = file;
        if (written != null) {
            new LedgerFile(complete, begun.get(), ended.get(), failed.get(), skippedClasses).write(written);
        }
    }
}

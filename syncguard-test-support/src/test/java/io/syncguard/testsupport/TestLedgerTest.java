package io.syncguard.testsupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class TestLedgerTest {
    @TempDir
    private Path directory;

    private final AtomicBoolean running = new AtomicBoolean();

    static class Mixed {
        @Test
        void passes() {}

        @Test
        void fails() {
            throw new AssertionError();
        }

        @Test
        @Disabled("to be skipped")
        void isSkipped() {}
    }

    static class Broken {
        @BeforeAll
        static void begin() {
            throw new AssertionError();
        }

        @Test
        void neverBegins() {}
    }

    @Test
    void countsOutcomes() throws IOException {
        run(Mixed.class);

        assertThat(files()).containsExactly(new LedgerFile(true, 2, 2, 1, Map.of()));
    }

    @Test
    void countsEachOfSeveralPlans() throws IOException {
        TestLedger ledger = new TestLedger(directory, running);

        run(Mixed.class, ledger);
        run(Mixed.class, ledger);

        LedgerFile each = new LedgerFile(true, 2, 2, 1, Map.of());
        assertThat(files()).containsExactly(each, each);
    }

    @Test
    void countsClassThatFails() throws IOException {
        run(Broken.class);

        assertThat(files()).containsExactly(new LedgerFile(true, 0, 0, 1, Map.of()));
    }

    @Disabled("as a whole")
    static class Skipped {
        @Test
        void neverBegins() {}
    }

    static class Aborted {
        @BeforeAll
        static void begin() {
            Assumptions.abort("no server");
        }

        @Test
        void neverBegins() {}
    }

    @Test
    void tellsWhyClassesAreSkipped() throws IOException {
        run(Skipped.class);
        run(Aborted.class);

        assertThat(files())
                .extracting(LedgerFile::skippedClasses)
                .containsExactlyInAnyOrder(Map.of("as a whole", 1), Map.of("no server", 1));
    }

    @Test
    void outlivesListenersThatFail() throws IOException {
        TestExecutionListener failing = new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier id, TestExecutionResult result) {
                throw new IllegalStateException("no outcome");
            }
        };

        Logger launcher = Logger.getLogger("org.junit.platform.launcher");
        Level level = launcher.getLevel();
        launcher.setLevel(Level.OFF);
        try {
            run(Mixed.class, failing, new TestLedger(directory, running), failing);
        } finally {
            launcher.setLevel(level);
        }

        assertThat(files()).containsExactly(new LedgerFile(true, 2, 2, 1, Map.of()));
    }

    @Test
    void takesNoNoticeOfTestsInTests() throws IOException {
        running.set(true);

        run(Mixed.class);

        assertThat(files()).isEmpty();
    }

    @Test
    void oneFileForEachRun() throws IOException {
        run(Mixed.class);
        run(Broken.class);

        assertThat(files()).hasSize(2);
    }

    private void run(Class<?> tests) {
        run(tests, new TestLedger(directory, running));
    }

    private static void run(Class<?> tests, TestExecutionListener... listeners) {
        LauncherFactory.create(LauncherConfig.builder()
                        .enableTestExecutionListenerAutoRegistration(false)
                        .build())
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(tests))
                                .build(),
                        listeners);
    }

    private List<LedgerFile> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(LedgerFile::read).toList();
        }
    }
}

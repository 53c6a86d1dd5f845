package io.syncguard.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

@Timeout(120)
class TurnsOfTheMachineTest {
    private final List<Process> jvms = new ArrayList<>();

    @TempDir
    Path directory;

    /** Runs a test that says so, and goes on until it is killed. */
    static final class Jvm {
        public static void main(String[] arguments) {
            Launcher launcher = LauncherFactory.create();
            for (Class<?> tests : List.of(Nothing.class, Endless.class)) {
                launcher.execute(LauncherDiscoveryRequestBuilder.request()
                        .selectors(DiscoverySelectors.selectClass(tests))
                        .build());
            }
        }
    }

    static class Nothing {}

    static class Endless {
        @Test
        void run() throws InterruptedException {
            System.out.println("begins");
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    /** Has nothing to run, so it takes no turn. */
    static final class IdleJvm {
        public static void main(String[] arguments) {
            LauncherFactory.create()
                    .execute(LauncherDiscoveryRequestBuilder.request()
                            .selectors(DiscoverySelectors.selectClass(Nothing.class))
                            .build());
            System.out.println("begins");
        }
    }

    @AfterEach
    void kill() throws InterruptedException {
        for (Process jvm : jvms) {
            jvm.destroyForcibly().waitFor();
        }
    }

    @Test
    @DisplayName("who wants the machine alone waits for all others, and has them wait")
    void alone() throws Exception {
        Process first = start(false);
        Process second = start(false);
        begins(first);
        begins(second);

        begins(start(IdleJvm.class, true));
        Process alone = start(true);
        first.destroyForcibly().waitFor();
        Pause.millis(500);
        assertThat(alone.getInputStream().available())
                .as("what it says while another runs")
                .isZero();
        second.destroyForcibly().waitFor();
        begins(alone);

        Process later = start(false);
        Pause.millis(500);
        assertThat(later.getInputStream().available())
                .as("what others say while it runs")
                .isZero();
        alone.destroyForcibly().waitFor();
        begins(later);
    }

    private Process start(boolean alone) throws IOException {
        return start(Jvm.class, alone);
    }

    private Process start(Class<?> main, boolean alone) throws IOException {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-D" + TurnsOfTheMachine.FILE + "=" + directory.resolve("new/turns"),
                        "-D" + TurnsOfTheMachine.ALONE + "=" + alone,
                        main.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        jvms.add(jvm);
        return jvm;
    }

    private static void begins(Process jvm) throws IOException {
        BufferedReader said = jvm.inputReader();
        assertThat(said.readLine()).isEqualTo("begins");
    }
}

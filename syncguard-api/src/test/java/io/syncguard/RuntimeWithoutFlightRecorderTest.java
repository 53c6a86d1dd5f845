package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class RuntimeWithoutFlightRecorderTest {
    @Test
    @DisplayName("TEL-5 a runtime image without the module of Flight Recorder has guards all the same")
    void limitedModules() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--limit-modules",
                        "java.base,java.logging",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName())
                .redirectErrorStream(true)
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(output).contains("held without jdk.jfr");
        } finally {
            process.destroyForcibly();
        }
    }

    static final class Program {
        private Program() {}

        public static void main(String[] arguments) {
            try (SyncGuard guard = SyncGuard.using(new ScriptedBackend())) {
                guard.run("key", () -> {
                    boolean there = ModuleLayer.boot().findModule("jdk.jfr").isPresent();
                    System.out.println(there ? "held with jdk.jfr" : "held without jdk.jfr");
                });
            }
        }
    }
}

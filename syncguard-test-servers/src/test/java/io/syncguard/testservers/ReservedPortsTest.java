package io.syncguard.testservers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReservedPortsTest {
    /** Tells whether it may have the port. */
    static final class OtherJvm {
        public static void main(String[] arguments) {
            System.out.print(ReservedPorts.reserve(Integer.parseInt(arguments[0])));
        }
    }

    @Test
    @DisplayName("a port that was reserved is not given again, although nobody listens on it")
    void once() {
        assertThat(ReservedPorts.reserve(ReservedPorts.next())).isFalse();
    }

    @Test
    @DisplayName("the port above is reserved too")
    void above() {
        int port = ReservedPorts.nextWithAnother(10_000);

        assertThat(ReservedPorts.reserve(port)).isFalse();
        assertThat(ReservedPorts.reserve(port + 10_000)).isFalse();
    }

    @Test
    @DisplayName("another JVM may not have it")
    void otherJvm() throws IOException {
        assertThat(askOtherJvm(ReservedPorts.next())).isEqualTo("false");
    }

    @Test
    @DisplayName("a port on which somebody listens is not given")
    void listening() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(ReservedPorts.reserve(listener.getLocalPort())).isFalse();
        }
    }

    private static String askOtherJvm(int port) throws IOException {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherJvm.class.getName(),
                        Integer.toString(port))
                .start();
        return new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}

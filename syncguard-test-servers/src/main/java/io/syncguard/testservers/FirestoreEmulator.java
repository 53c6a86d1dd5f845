package io.syncguard.testservers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The Firestore emulator that tests share: the one the environment variable {@code SYNCGUARD_TEST_FIRESTORE} names as
 * {@code host:port}, else one started for this JVM from the jar that comes with the Google Cloud CLI.
 */
public final class FirestoreEmulator {
    /** The environment variable that names an emulator, such as {@code localhost:8080}. */
    public static final String VARIABLE = "SYNCGUARD_TEST_FIRESTORE";

    /** The environment variable that names the emulator's jar, where it is in no usual place. */
    public static final String JAR_VARIABLE = "SYNCGUARD_TEST_FIRESTORE_JAR";

    private static final String JAR = "platform/cloud-firestore-emulator/cloud-firestore-emulator.jar";
    private static final String MAIN = "com.google.cloud.datastore.emulator.firestore.CloudFirestore";
    private static final String MISSING = "The Firestore emulator is not installed. Install the package"
            + " google-cloud-cli-firestore-emulator, or run `gcloud components install cloud-firestore-emulator`, or name its"
            + " jar in " + JAR_VARIABLE + ", or a running emulator as host:port in " + VARIABLE;
    private static final Duration START_TIMEOUT = Duration.ofMinutes(3);

    private static @Nullable String started;

    private FirestoreEmulator() {}

    /** Returns whether there is one, or the means to start one. */
    public static boolean isAvailable() {
        return named().isPresent() || jar().isPresent();
    }

    /**
     * Returns {@code host:port} of the emulator, starting it on the first call.
     *
     * @throws IllegalStateException if none is named and none can be started here; the message says what to install
     */
    public static synchronized String address() {
        String known = named().orElse(started);
        if (known == null) {
            known = start();
            started = known;
        }
        return known;
    }

    private static Optional<String> named() {
        return Optional.ofNullable(System.getenv(VARIABLE)).filter(name -> !name.isBlank());
    }

    private static String start() {
        Path jar = jar().orElseThrow(() -> new IllegalStateException(MISSING));
        int port = freePort();
        Path log;
        Process process;
        try {
            log = Files.createTempFile("firestore-emulator", ".log");
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            // Its messages, and the words in them, are English only.
                            "-Duser.language=en",
                            "-cp",
                            jar.toString(),
                            MAIN,
                            "start",
                            "--host=127.0.0.1",
                            "--port=" + port)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "firestore-emulator-exit"));
        awaitStart(process, port, log);
        return "127.0.0.1:" + port;
    }

    private static Optional<Path> jar() {
        String named = System.getenv(JAR_VARIABLE);
        if (named != null && !named.isBlank()) {
            return Optional.of(Path.of(named)).filter(Files::isRegularFile);
        }
        List<Path> installations = new ArrayList<>();
        Stream.of("CLOUDSDK_ROOT_DIR", "CLOUD_SDK_HOME").map(System::getenv).forEach(root -> {
            if (root != null) {
                installations.add(Path.of(root));
            }
        });
        installations.add(Path.of(System.getProperty("user.home"), "google-cloud-sdk"));
        installations.add(Path.of("/usr/lib/google-cloud-sdk"));
        installations.add(Path.of("/opt/google-cloud-sdk"));
        return installations.stream()
                .map(installation -> installation.resolve(JAR))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitStart(Process process, int port, Path log) {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!answers(port)) {
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                process.destroyForcibly();
                throw new IllegalStateException("the Firestore emulator did not start: " + read(log));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "its log cannot be read: " + e.getMessage();
        }
    }
}

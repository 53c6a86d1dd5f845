package io.syncguard.testcontainers;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Google's emulator of Firestore, a Java program. An address is {@code host:port}. */
record FirestoreKind() implements ServerKind {
    static final String ADDRESS_VARIABLE = "SYNCGUARD_TEST_FIRESTORE";
    static final String PROGRAM_VARIABLE = "SYNCGUARD_TEST_FIRESTORE_JAR";

    private static final String JAR = "platform/cloud-firestore-emulator/cloud-firestore-emulator.jar";
    private static final String MAIN = "com.google.cloud.datastore.emulator.firestore.CloudFirestore";
    private static final Pattern CHOOSES_JVM =
            Pattern.compile("-XX:(TieredStopAtLevel=\\d|ReservedCodeCacheSize=\\w+|\\+Use\\w+GC)");

    @Override
    public String title() {
        return "Firestore emulator";
    }

    @Override
    public Optional<String> addressVariable() {
        return Optional.of(ADDRESS_VARIABLE);
    }

    @Override
    public String defaultImage() {
        return Containers.GOOGLE_CLOUD_CLI + ":emulators";
    }

    @Override
    public Optional<Path> namedProgram(Environment environment) {
        return environment.get(PROGRAM_VARIABLE).map(named -> {
            if (!Files.isRegularFile(Path.of(named))) {
                throw new IllegalStateException(PROGRAM_VARIABLE + " names " + named + ", which is no file");
            }
            return Path.of(named).toAbsolutePath();
        });
    }

    @Override
    public Optional<Path> localProgram() {
        return installed(
                System.getenv("CLOUDSDK_ROOT_DIR"),
                System.getenv("CLOUD_SDK_HOME"),
                Path.of(System.getProperty("user.home"), "google-cloud-sdk").toString(),
                "/usr/lib/google-cloud-sdk",
                "/opt/google-cloud-sdk");
    }

    /** Returns the emulator of the first installation that has it. */
    static Optional<Path> installed(@Nullable String... installations) {
        return Stream.of(installations)
                .filter(Objects::nonNull)
                .map(installation -> Path.of(installation).resolve(JAR))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    @Override
    public String remedy() {
        return "start Docker, or install the package google-cloud-cli-firestore-emulator (`gcloud components install"
                + " cloud-firestore-emulator`), or name its jar in " + PROGRAM_VARIABLE
                + ", or a running one as host:port in " + ADDRESS_VARIABLE;
    }

    @Override
    public String startProgram(Path program) {
        int port = ServerProcess.freePort();
        ServerProcess.start("the Firestore emulator", command(program, port), port);
        return "127.0.0.1:" + port;
    }

    /** Returns the command for an emulator in a JVM of the kind of this one. */
    static List<String> command(Path jar, int port) {
        return command(jar, port, ManagementFactory.getRuntimeMXBean().getInputArguments());
    }

    /**
     * Returns the command for an emulator in a JVM of the kind that runs the tests: it lives as long as they do.
     *
     * @param jvmArguments those of the JVM that runs the tests, of which the ones that choose a compiler, its cache or a
     *     collector are passed on
     */
    static List<String> command(Path jar, int port, List<String> jvmArguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        jvmArguments.stream().filter(CHOOSES_JVM.asMatchPredicate()).forEach(command::add);
        // Its messages, and the words in them, are English only.
        command.add("-Duser.language=en");
        command.addAll(List.of("-cp", jar.toString(), MAIN, "start", "--host=127.0.0.1", "--port=" + port));
        return command;
    }

    @Override
    public String startContainer(String image) {
        return Containers.start(Containers.firestore(image), Containers.FIRESTORE_PORT, image, remedy());
    }
}

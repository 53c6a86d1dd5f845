package io.syncguard.testcontainers;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Redis and what speaks its protocol. An address is a URI. */
record RedisKind() implements ServerKind {
    static final String ADDRESS_VARIABLE = "SYNCGUARD_TEST_REDIS";
    static final String PROGRAM_VARIABLE = "SYNCGUARD_TEST_REDIS_SERVER";

    @Override
    public String title() {
        return "Redis";
    }

    @Override
    public Optional<String> addressVariable() {
        return Optional.of(ADDRESS_VARIABLE);
    }

    @Override
    public String defaultImage() {
        return "redis:8";
    }

    @Override
    public Optional<Path> namedProgram(Environment environment) {
        return environment.get(PROGRAM_VARIABLE).map(named -> RedisExecutable.checked(Path.of(named)));
    }

    @Override
    public Optional<Path> localProgram() {
        return RedisExecutable.builtIn();
    }

    @Override
    public String remedy() {
        return "start Docker, or name a redis-server in " + PROGRAM_VARIABLE
                + ", or a running one as redis://host:port in " + ADDRESS_VARIABLE + ", or add the test dependency"
                + " org.signal:embedded-redis";
    }

    @Override
    public String startProgram(Path program) {
        int port = ServerProcess.freePort();
        ServerProcess.start("redis-server", command(program, port), port);
        return "redis://127.0.0.1:" + port;
    }

    static List<String> command(Path program, int port) {
        return List.of(
                program.toString(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no");
    }

    @Override
    public String startContainer(String image) {
        return "redis://" + Containers.start(Containers.redis(image), Containers.REDIS_PORT, image, remedy());
    }
}

package io.syncguard.testcontainers;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The environment variables of a process. Immutable.
 *
 * @param variables all of them
 */
record Environment(Map<String, String> variables) {
    static final String REQUIRE_DOCKER = "SYNCGUARD_REQUIRE_DOCKER";

    private static final Set<String> NO = Set.of("0", "false", "no");

    static Environment ofThisJvm() {
        return new Environment(System.getenv());
    }

    /** Returns a variable; empty if it is not set or blank. */
    Optional<String> get(String variable) {
        return Optional.ofNullable(variables.get(variable)).map(String::strip).filter(value -> !value.isEmpty());
    }

    /** Returns whether a server that nothing names comes from Docker or not at all. */
    boolean requiresDocker() {
        return get(REQUIRE_DOCKER).filter(value -> !NO.contains(value)).isPresent();
    }
}

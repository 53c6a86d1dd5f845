package io.syncguard.testcontainers;

import java.nio.file.Path;
import java.util.Optional;

/** A kind of server, with the ways to get one. Immutable; two of one kind are equal. */
interface ServerKind {
    /** Returns what it is, for messages. */
    String title();

    /** Returns the environment variable that names one that runs; empty if there is none. */
    Optional<String> addressVariable();

    /** Returns the image that is used unless another one is asked for. */
    String defaultImage();

    /** Returns the environment variable that names another image; empty if there is none. */
    default Optional<String> imageVariable() {
        return addressVariable().map(variable -> variable + "_IMAGE");
    }

    /**
     * Returns the program that the environment names; empty if it names none.
     *
     * @throws IllegalStateException if what it names cannot be used
     */
    Optional<Path> namedProgram(Environment environment);

    /** Returns the program that is there without being named; empty if there is none. */
    Optional<Path> localProgram();

    /** Returns what a developer does who has none of all that. */
    String remedy();

    /** Starts one of this machine, which ends with this JVM, and returns its address. */
    String startProgram(Path program);

    /** Starts one in a container, which ends with this JVM, and returns its address. */
    String startContainer(String image);
}

package io.syncguard.testservers;

import io.syncguard.testcontainers.TestServer;
import java.util.Optional;

/**
 * The Firestore emulator of this JVM, which tests share. It is the first of: the emulator that {@code SYNCGUARD_TEST_FIRESTORE} names as
 * {@code host:port}, the jar that {@code SYNCGUARD_TEST_FIRESTORE_JAR} names, a container of the image that
 * {@code SYNCGUARD_TEST_FIRESTORE_IMAGE} names if Docker runs, the one of an installed Google Cloud CLI.
 */
public final class FirestoreEmulator {
    private FirestoreEmulator() {}

    /**
     * Returns why there is none, and how to get one, in one line: the reason to skip a test. Empty if there is one, and where continuous
     * integration runs or {@code SYNCGUARD_REQUIRE_DOCKER} is set: a test that never runs there never runs, so {@link #address()} fails.
     */
    public static Optional<String> obstacle() {
        return System.getenv("CI") == null ? TestServer.firestore().obstacle() : Optional.empty();
    }

    /** Returns whether there is one, or the means to start one. */
    public static boolean isAvailable() {
        return TestServer.firestore().obstacle().isEmpty();
    }

    /**
     * Returns {@code host:port} of the emulator, starting it on the first call.
     *
     * @throws IllegalStateException if there is none; the message says how to get one
     */
    public static String address() {
        return TestServer.firestore().address();
    }
}

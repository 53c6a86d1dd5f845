package io.syncguard.spring.boot;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.core.NativeDetector;
import org.springframework.util.ClassUtils;

/** What a guard keeps its locks in, as {@code syncguard.backend} names it. */
enum BackendKind {
    /** Redis, through Lettuce. */
    LETTUCE("syncguard-redis-lettuce", "io.syncguard.redis.lettuce.LettuceLockBackend"),

    /** Redis, through Jedis. */
    JEDIS("syncguard-redis-jedis", "io.syncguard.redis.jedis.JedisLockBackend"),

    /** Firestore. */
    FIRESTORE("syncguard-firestore", "io.syncguard.firestore.FirestoreLockBackend");

    private final String artifact;
    private final String type;

    BackendKind(String artifact, String type) {
        this.artifact = artifact;
        this.type = type;
    }

    /** Returns whether it is a client for Redis. */
    boolean isRedis() {
        return this != FIRESTORE;
    }

    /**
     * Checks that its artifact is on the class path, for a {@code syncguard.backend} that names it.
     *
     * @param loader of the application; null for that of the thread
     * @throws InvalidSyncGuardPropertiesException if it is not
     */
    void requireArtifact(@Nullable ClassLoader loader) {
        // In a native image a class is found by its name only if metadata has it.
        if (!NativeDetector.inNativeImage() && !ClassUtils.isPresent(type, loader)) {
            throw new InvalidSyncGuardPropertiesException(
                    "syncguard.backend is " + this + ", and " + artifact + " is not on the class path",
                    "Add io.syncguard:" + artifact + ", or correct syncguard.backend.");
        }
    }

    /** Returns the name as it is written in properties. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

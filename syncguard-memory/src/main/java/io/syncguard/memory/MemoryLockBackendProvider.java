package io.syncguard.memory;

import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockBackendProvider;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Opens {@code memory:}, a store of its own, and {@code memory:name}, the store all of this JVM share by that name for
 * as long as the JVM lives. Takes no parameters.
 */
public final class MemoryLockBackendProvider implements LockBackendProvider {
    private static final Map<String, MemoryStore> SHARED = new ConcurrentHashMap<>();

    /** For {@link java.util.ServiceLoader}. */
    public MemoryLockBackendProvider() {}

    @Override
    public String name() {
        return "syncguard-memory";
    }

    @Override
    public Set<String> schemes() {
        return Set.of("memory");
    }

    @Override
    public LockBackend open(BackendUri uri) {
        uri.requireKnownParameters(Set.of());
        String name = uri.path();
        return name.isEmpty()
                ? MemoryLockBackend.create()
                : MemoryLockBackend.on(SHARED.computeIfAbsent(name, unused -> new MemoryStore()));
    }
}

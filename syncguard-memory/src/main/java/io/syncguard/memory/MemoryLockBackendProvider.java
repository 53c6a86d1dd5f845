package io.syncguard.memory;

import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockBackendProvider;
import java.util.Set;

/**
 * Opens {@code memory:}, a store of its own, and {@code memory:name}, the store all of this JVM share by that name for
 * as long as the JVM lives; {@link TestLocks#named} is the same store. Parameters are {@link MemoryOptions#URI_PARAMETERS} and
 * {@link MemoryOptions#IGNORED_URI_PARAMETERS}.
 */
public final class MemoryLockBackendProvider implements LockBackendProvider {
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
        MemoryOptions options = MemoryOptions.from(uri);
        String name = uri.path();
        return MemoryLockBackend.on(name.isEmpty() ? new MemoryStore() : MemoryStore.shared(name), options);
    }
}

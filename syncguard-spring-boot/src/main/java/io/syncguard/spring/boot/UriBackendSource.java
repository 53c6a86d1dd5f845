package io.syncguard.spring.boot;

import io.syncguard.Backend;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.SyncGuard;
import org.jspecify.annotations.Nullable;

/** Opens the backend that connection details name. It has a client of its own. */
final class UriBackendSource {
    private final SyncGuardConnectionDetails details;
    private final SyncGuardProperties properties;
    private final @Nullable ClassLoader loader;

    /**
     * @param loader of the application; null for that of the thread
     */
    UriBackendSource(SyncGuardConnectionDetails details, SyncGuardProperties properties, @Nullable ClassLoader loader) {
        this.details = details;
        this.properties = properties;
        this.loader = loader;
    }

    /**
     * Returns a new backend, which the caller closes. May connect only with the first operation.
     *
     * @throws InvalidSyncGuardPropertiesException if the address or a property is refused, or no artifact opens the address
     */
    Backend open() {
        String source = ConfiguredUri.source(details);
        String address = ConfiguredUri.of(details, properties, loader);
        String uri = ConfiguredUri.withOptions(address, source, properties);
        try {
            return SyncGuard.openBackend(uri);
        } catch (LockException e) {
            if (e.code() != LockErrorCode.INVALID_ARGUMENT) {
                throw e;
            }
            throw RefusedOption.of(address, properties, e)
                    .map(option -> InvalidSyncGuardPropertiesException.refused(option, e))
                    .orElseGet(() -> new InvalidSyncGuardPropertiesException(
                            source + ": " + InvalidSyncGuardPropertiesException.reason(e),
                            "Correct " + source + ", or add the artifact. If both syncguard-redis-lettuce and"
                                    + " syncguard-redis-jedis are there, set syncguard.backend.",
                            e));
        }
    }
}

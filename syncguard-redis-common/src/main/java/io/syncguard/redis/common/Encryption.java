package io.syncguard.redis.common;

import io.syncguard.LockException;
import io.syncguard.spi.BackendUri;
import java.util.Optional;

/**
 * How connections are encrypted (RDS-13). Certificates and host names are always checked. Immutable and thread-safe.
 *
 * @param trusted what is trusted; empty for what the JVM trusts
 * @param client the client's own certificate; empty for none
 */
public record Encryption(Optional<CertificateStore> trusted, Optional<CertificateStore> client) {
    /**
     * Returns the encryption of a URI. Reads the files that it names.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if one of them cannot be used
     */
    static Encryption from(BackendUri uri) {
        return new Encryption(CertificateStore.trusted(uri), CertificateStore.ofClient(uri));
    }
}

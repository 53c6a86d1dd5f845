package io.syncguard.spring.boot;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;

/**
 * Where locks are kept. A bean of this type takes the place of {@code syncguard.uri}, {@code syncguard.username} and
 * {@code syncguard.password}, and of the connections that the application has; all other properties still apply. Test code declares one as a
 * lambda:
 *
 * <pre>{@code
 * @Bean
 * SyncGuardConnectionDetails lockServer() {
 *     return () -> TestServer.redis().address();
 * }
 * }</pre>
 *
 * <p>Its methods are called when the guard is created, and again if the application context is started again. They may block.
 */
@FunctionalInterface
public interface SyncGuardConnectionDetails extends ConnectionDetails {

    /** Returns the address, as {@code SyncGuard.connect} takes it. */
    String getUri();

    /** Returns the user for Redis; null if the address has it, or there is none. */
    default @Nullable String getUsername() {
        return null;
    }

    /** Returns the password for Redis; null if the address has it, or there is none. */
    default @Nullable String getPassword() {
        return null;
    }
}

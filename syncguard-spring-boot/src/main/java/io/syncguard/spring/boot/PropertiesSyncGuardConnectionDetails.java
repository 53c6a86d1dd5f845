package io.syncguard.spring.boot;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What {@code syncguard.uri}, {@code syncguard.username} and {@code syncguard.password} say. */
record PropertiesSyncGuardConnectionDetails(SyncGuardProperties properties) implements SyncGuardConnectionDetails {
    @Override
    public String getUri() {
        return Objects.requireNonNull(properties.uri(), "made only if it is set");
    }

    @Override
    public @Nullable String getUsername() {
        return properties.username();
    }

    @Override
    public @Nullable String getPassword() {
        return properties.password();
    }

    /** Returns a text without the address and the credentials. */
    @Override
    public String toString() {
        return "syncguard.uri";
    }
}

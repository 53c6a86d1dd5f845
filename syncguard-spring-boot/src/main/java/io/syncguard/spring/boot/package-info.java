/**
 * Auto-configuration for Spring Boot: a {@code SyncGuard} from properties or from the application's own connection, closed in time, with
 * health, an endpoint, meters and observations.
 */
@NullMarked
package io.syncguard.spring.boot;

import org.jspecify.annotations.NullMarked;

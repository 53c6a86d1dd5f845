/** Meters and observations of locks with Micrometer: {@code LockMeters} and {@code LockObservations}. */
@NullMarked
package io.syncguard.micrometer;

import org.jspecify.annotations.NullMarked;

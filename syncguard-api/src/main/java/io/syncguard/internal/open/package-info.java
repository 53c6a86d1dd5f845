/** Finds the backend for a URI among the providers that are there, and opens a guard on it. */
@NullMarked
package io.syncguard.internal.open;

import org.jspecify.annotations.NullMarked;

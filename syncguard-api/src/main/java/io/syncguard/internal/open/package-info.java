/** Finds and opens the backend of a guard. Not exported: nothing here is for users or for backend authors. */
@NullMarked
package io.syncguard.internal.open;

import org.jspecify.annotations.NullMarked;

/**
 * A lock from its grant to its end: the deadline, renewal, loss, release, and what becomes of operations whose outcome is
 * unknown. Knows nothing of how locks are acquired.
 */
@NullMarked
package io.syncguard.internal.lease;

import org.jspecify.annotations.NullMarked;

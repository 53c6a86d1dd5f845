/**
 * The waiters of this JVM: a queue for each key, in which only the first waiter asks the server (WAI-2). Knows nothing of how
 * locks are acquired.
 */
@NullMarked
package io.syncguard.internal.queue;

import org.jspecify.annotations.NullMarked;

/**
 * Locks inside one JVM, by the same contract as the distributed backends: for users' unit tests, for first steps, and as the reference
 * for backend authors. {@link io.syncguard.memory.TestLocks} is the way in for tests, {@link io.syncguard.memory.MemoryLockBackend} for
 * everything else.
 */
@NullMarked
package io.syncguard.memory;

import org.jspecify.annotations.NullMarked;

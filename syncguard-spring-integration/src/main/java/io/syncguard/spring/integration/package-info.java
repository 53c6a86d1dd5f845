/** Spring Integration's locks that a SyncGuard keeps: {@code SyncGuardLockRegistry}. */
@NullMarked
package io.syncguard.spring.integration;

import org.jspecify.annotations.NullMarked;

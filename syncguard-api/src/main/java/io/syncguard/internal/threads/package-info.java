/**
 * Where a guard's own work runs: its timer, its workers, and the threads or the executor for code of
 * the application. Nothing here depends
 * on threads or monitors that anything else can block.
 */
@NullMarked
package io.syncguard.internal.threads;

import org.jspecify.annotations.NullMarked;

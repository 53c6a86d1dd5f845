/** Reads command lines. */
@NullMarked
package io.syncguard.bench.flags;

import org.jspecify.annotations.NullMarked;

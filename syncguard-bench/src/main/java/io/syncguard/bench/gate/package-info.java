/** Holds the library to its targets; {@link io.syncguard.bench.gate.Gate} is where to begin. */
@NullMarked
package io.syncguard.bench.gate;

import org.jspecify.annotations.NullMarked;

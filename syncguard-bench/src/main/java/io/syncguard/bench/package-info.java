/** Measures the library beside its peers. Run by hand and never by a build; {@link io.syncguard.bench.HandOff} is where to begin. */
@NullMarked
package io.syncguard.bench;

import org.jspecify.annotations.NullMarked;

/** Lets candidates take turns in short slices, round after round. */
@NullMarked
package io.syncguard.bench.run;

import org.jspecify.annotations.NullMarked;

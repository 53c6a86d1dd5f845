/** How a lock that many want goes from one to the next; {@link io.syncguard.bench.handoff.HandOff} is where to begin. */
@NullMarked
package io.syncguard.bench.handoff;

import org.jspecify.annotations.NullMarked;

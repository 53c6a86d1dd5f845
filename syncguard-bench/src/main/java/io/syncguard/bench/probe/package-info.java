/** Measures what is no operation per second: memory, server time, growth, heartbeats. */
@NullMarked
package io.syncguard.bench.probe;

import org.jspecify.annotations.NullMarked;

/** Starts the real servers that tests, examples and benchmarks run against, and breaks the way to them on purpose. */
@NullMarked
package io.syncguard.testservers;

import org.jspecify.annotations.NullMarked;

/** The whole comparison: {@link io.syncguard.bench.suite.Suite} runs it and writes tables and charts. */
@NullMarked
package io.syncguard.bench.suite;

import org.jspecify.annotations.NullMarked;

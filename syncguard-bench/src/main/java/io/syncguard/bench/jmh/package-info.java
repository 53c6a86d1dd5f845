/**
 * The benchmarks themselves. They run in a JVM for each candidate, in which it stays warm while others have their turn;
 * {@link io.syncguard.bench.jmh.CandidateMain} is that JVM.
 */
@NullMarked
package io.syncguard.bench.jmh;

import org.jspecify.annotations.NullMarked;

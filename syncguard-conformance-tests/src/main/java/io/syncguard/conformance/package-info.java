/**
 * The suite every backend passes. Extend {@link io.syncguard.conformance.LockBackendConformance}, supply a backend, and
 * run it with JUnit; the tests are named after the rules in {@code specs/interface.md}.
 */
@NullMarked
package io.syncguard.conformance;

import org.jspecify.annotations.NullMarked;

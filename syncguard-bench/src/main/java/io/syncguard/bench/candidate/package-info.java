/** What is measured: this library, its peers, and what they cannot be faster than. */
@NullMarked
package io.syncguard.bench.candidate;

import org.jspecify.annotations.NullMarked;

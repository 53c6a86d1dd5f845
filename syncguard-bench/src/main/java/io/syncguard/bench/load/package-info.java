/** What is asked of a candidate, and what it came to. */
@NullMarked
package io.syncguard.bench.load;

import org.jspecify.annotations.NullMarked;

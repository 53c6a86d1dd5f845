/** What numbers come to. */
@NullMarked
package io.syncguard.bench.stats;

import org.jspecify.annotations.NullMarked;

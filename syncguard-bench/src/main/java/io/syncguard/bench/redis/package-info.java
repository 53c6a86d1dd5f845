/** Looks at the Redis server from outside. */
@NullMarked
package io.syncguard.bench.redis;

import org.jspecify.annotations.NullMarked;

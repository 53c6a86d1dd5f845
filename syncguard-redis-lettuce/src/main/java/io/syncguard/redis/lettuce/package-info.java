/** The Redis backend on Lettuce. {@link io.syncguard.redis.lettuce.LettuceLockBackend} is the way in. */
@NullMarked
package io.syncguard.redis.lettuce;

import org.jspecify.annotations.NullMarked;

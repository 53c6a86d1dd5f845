/** The Redis backend on Jedis. {@link io.syncguard.redis.jedis.JedisLockBackend} is the way in. */
@NullMarked
package io.syncguard.redis.jedis;

import org.jspecify.annotations.NullMarked;

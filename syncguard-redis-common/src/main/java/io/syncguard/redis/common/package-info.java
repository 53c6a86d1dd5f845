/**
 * The Redis backend: options, addresses, scripts, key layout, what becomes of a call, and the two views. The module of a client
 * adds a {@link io.syncguard.redis.common.RedisTransport} and subscriptions; nothing here does I/O.
 */
@NullMarked
package io.syncguard.redis.common;

import org.jspecify.annotations.NullMarked;

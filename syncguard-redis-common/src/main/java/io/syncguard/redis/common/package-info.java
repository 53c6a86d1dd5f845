/**
 * What the Redis backends share: options, addresses, scripts, key layout, coding of requests and replies, and the
 * classification of server errors. Pure functions and values; nothing here does I/O.
 */
@NullMarked
package io.syncguard.redis.common;

import org.jspecify.annotations.NullMarked;

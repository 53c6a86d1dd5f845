package io.syncguard.redis.common;

import io.syncguard.FenceToken;

/**
 * A fenced value as it was read. Immutable.
 *
 * @param value what was written
 * @param fence the fence it was written with
 */
public record FencedValue(String value, FenceToken fence) {}

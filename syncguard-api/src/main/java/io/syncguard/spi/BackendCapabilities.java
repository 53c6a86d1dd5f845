package io.syncguard.spi;

/**
 * What a backend is and can do, for diagnostics and for choosing between ways that not every backend offers.
 *
 * @param name a short name for messages, such as {@code redis-jedis}
 * @param durableFences whether fencing tokens go on rising after everything of this backend in this JVM is gone; false
 *     only for backends whose whole state lives in the JVM
 */
public record BackendCapabilities(String name, boolean durableFences) {}

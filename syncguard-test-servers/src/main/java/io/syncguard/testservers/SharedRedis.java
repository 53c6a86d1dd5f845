package io.syncguard.testservers;

import io.syncguard.testcontainers.TestServer;
import java.net.InetSocketAddress;
import java.net.URI;

/**
 * The one Redis server of this JVM, for tests that need some server and leave it alone. It is the first of: the server that
 * {@code SYNCGUARD_TEST_REDIS} names, the program that {@code SYNCGUARD_TEST_REDIS_SERVER} names, a container of the image that
 * {@code SYNCGUARD_TEST_REDIS_IMAGE} names if Docker runs, the built-in Redis. {@link RedisTestServer} is for tests that kill, suspend or
 * reconfigure one.
 */
public final class SharedRedis {
    private SharedRedis() {}

    /**
     * Returns the server's URI, starting it on the first call.
     *
     * @throws IllegalStateException if it cannot be started, or {@code SYNCGUARD_REQUIRE_DOCKER} is set and Docker does not run
     */
    public static String uri() {
        return TestServer.redis().address();
    }

    /** Returns the server's host and port, starting it on the first call. Fails as {@link #uri()} does. */
    public static InetSocketAddress address() {
        URI uri = URI.create(uri());
        return new InetSocketAddress(uri.getHost(), uri.getPort());
    }
}

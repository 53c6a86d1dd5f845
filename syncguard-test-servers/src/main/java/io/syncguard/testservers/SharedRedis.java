package io.syncguard.testservers;

/**
 * The one Redis server that tests share which only need some server: the one the environment variable
 * {@code SYNCGUARD_TEST_REDIS} names, else one started for this JVM.
 */
public final class SharedRedis {
    /** The environment variable that names a server, such as {@code redis://host:6379}. */
    public static final String VARIABLE = "SYNCGUARD_TEST_REDIS";

    private SharedRedis() {}

    /**
     * Returns the server's URI, starting it on the first call.
     *
     * @throws IllegalStateException if none is named and none can be started on this platform
     */
    public static String uri() {
        String named = System.getenv(VARIABLE);
        return named == null || named.isBlank() ? Started.SERVER.uri() : named;
    }

    private static final class Started {
        static final RedisTestServer SERVER = RedisTestServer.start();
    }
}

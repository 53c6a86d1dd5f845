package io.syncguard.redis.tests;

import io.syncguard.spi.BackendUri;

/**
 * URIs for tests whose subject is no timeout. A machine that runs other things too takes longer than the common timeouts, above all to
 * open the first connection of a JVM.
 */
public final class PatientUri {
    private static final String OPERATION = "operationTimeoutMillis=";
    private static final String CONNECT = "connectTimeoutMillis=";

    private PatientUri() {}

    /** Returns a URI with an operation timeout of 20 s and a connect timeout of 40 s, where it has none of its own. */
    public static String of(String uri) {
        return with(with(uri, OPERATION, 20_000), CONNECT, 40_000);
    }

    private static String with(String uri, String parameter, int millis) {
        return uri.contains(parameter) ? uri : uri + (uri.contains("?") ? "&" : "?") + parameter + millis;
    }

    /** As {@link #of}, parsed. */
    public static BackendUri parse(String uri) {
        return BackendUri.parse(of(uri));
    }
}

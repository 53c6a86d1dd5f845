package io.syncguard.redis.tests;

import io.syncguard.spi.BackendUri;

/**
 * URIs for tests whose subject is not the operation timeout. A machine that runs other things too takes longer than the common
 * timeout to open the first connection of a JVM.
 */
public final class PatientUri {
    private static final String PARAMETER = "operationTimeoutMillis=";

    private PatientUri() {}

    /** Returns a URI with an operation timeout of 20 s, unless it has one. */
    public static String of(String uri) {
        if (uri.contains(PARAMETER)) {
            return uri;
        }
        return uri + (uri.contains("?") ? "&" : "?") + PARAMETER + "20000";
    }

    /** As {@link #of}, parsed. */
    public static BackendUri parse(String uri) {
        return BackendUri.parse(of(uri));
    }
}

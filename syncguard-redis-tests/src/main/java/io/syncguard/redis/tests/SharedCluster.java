package io.syncguard.redis.tests;

/** A cluster that the tests of a JVM share, each under prefixes of its own. It ends with the JVM. */
public final class SharedCluster {
    private SharedCluster() {}

    private static final class Holder {
        static final ClusterGroup GROUP = new ClusterGroup();
    }

    /** Returns it; the first call starts it. */
    public static ClusterGroup group() {
        return Holder.GROUP;
    }
}

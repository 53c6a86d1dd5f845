package io.syncguard.bench.candidate;

/** Which versions of other libraries run here. */
final class Versions {
    private Versions() {}

    /** Returns the version that a class's jar names in its manifest, after a blank; empty if it names none. */
    static String of(Class<?> type) {
        String version = type.getPackage().getImplementationVersion();
        return version == null ? "" : " " + version;
    }
}

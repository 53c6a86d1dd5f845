package io.syncguard.testsupport;

/** Tells the first copy of a class from others: a test that runs again in a class loader of its own has the listeners there once more. */
final class OncePerJvm {
    private OncePerJvm() {}

    /** Returns whether no other class loader of this JVM has asked this for the class. To be called once by each copy. */
    static boolean isFirst(Class<?> type) {
        return System.getProperties().putIfAbsent(type.getName(), "loaded") == null;
    }
}

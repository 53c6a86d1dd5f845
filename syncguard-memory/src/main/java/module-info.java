/** Locks within one JVM, for tests and for applications that run alone. */
module io.syncguard.memory {
    requires transitive io.syncguard.api;

    exports io.syncguard.memory;

    // META-INF/services has the same line for the class path.
    provides io.syncguard.spi.LockBackendProvider with
            io.syncguard.memory.MemoryLockBackendProvider;
}

/** Distributed locks with fencing tokens: the API for users and the SPI for backend authors. */
module io.syncguard.api {
    requires static transitive org.jspecify;
    requires static jdk.jfr;

    exports io.syncguard;
    exports io.syncguard.spi;

    uses io.syncguard.spi.LockBackendProvider;
}

/** An application that locks by URI, writes to a database under the fence, and counts what it does. */
module io.syncguard.examples.modular {
    requires io.syncguard.api;
    requires io.syncguard.jdbc;
    requires io.syncguard.micrometer;

    exports io.syncguard.examples.modular;
}

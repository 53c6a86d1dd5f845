/** Meters and observations of locks. */
module io.syncguard.micrometer {
    requires transitive io.syncguard.api;
    requires transitive micrometer.commons;
    requires transitive micrometer.core;
    requires transitive micrometer.observation;

    exports io.syncguard.micrometer;
}

/** The rules that each backend keeps, as tests. */
module io.syncguard.conformance {
    requires transitive io.syncguard.api;
    requires transitive org.junit.jupiter.api;
    requires org.assertj.core;
    requires java.logging;
    requires org.junit.jupiter.params;
    requires org.junit.platform.commons;
    requires org.opentest4j;

    exports io.syncguard.conformance;

    // JUnit calls the tests, which are package-private.
    opens io.syncguard.conformance to
            org.junit.platform.commons;
}

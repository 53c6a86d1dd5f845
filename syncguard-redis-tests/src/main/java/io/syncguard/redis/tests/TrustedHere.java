package io.syncguard.redis.tests;

import io.syncguard.testservers.TestCertificates;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** Has this JVM trust certificates, as an application's options have it, until it is closed. Not for tests that run side by side. */
final class TrustedHere implements AutoCloseable {
    private static final String STORE = "javax.net.ssl.trustStore";

    private final Map<String, String> before = new HashMap<>();

    TrustedHere(TestCertificates certificates) {
        set(STORE, certificates.trusted().toString());
        set(STORE + "Password", TestCertificates.PASSWORD);
        set(STORE + "Type", "PKCS12");
    }

    private void set(String name, String value) {
        before.put(name, System.setProperty(name, value));
    }

    @Override
    public void close() {
        Properties properties = System.getProperties();
        before.forEach((name, value) -> {
            if (value == null) {
                properties.remove(name);
            } else {
                properties.setProperty(name, value);
            }
        });
    }
}

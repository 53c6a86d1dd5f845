package io.syncguard.conformance;

import java.time.Duration;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Sets how long tests wait for what has to happen; for all suites of a JVM, which have one configuration. */
final class LimitOfWaits implements BeforeAllCallback {
    /** The configuration parameter, a number of seconds. */
    static final String PARAMETER = "syncguard.conformance.longestWaitSeconds";

    @Override
    public void beforeAll(ExtensionContext context) {
        Await.atMost(context.getConfigurationParameter(PARAMETER, Long::parseLong)
                .map(Duration::ofSeconds)
                .orElse(Await.LONGEST));
    }
}

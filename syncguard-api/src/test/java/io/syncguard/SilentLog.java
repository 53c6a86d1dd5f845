package io.syncguard;

import java.util.logging.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Keeps warnings that a test class provokes on purpose out of its output. Handlers of the class's own still get them. */
final class SilentLog implements BeforeAllCallback, AfterAllCallback {
    /** Held, because the JDK forgets the settings of a logger that nobody holds. */
    private static final Logger LIBRARY = Logger.getLogger("io.syncguard");

    @Override
    public void beforeAll(ExtensionContext context) {
        LIBRARY.setUseParentHandlers(false);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        LIBRARY.setUseParentHandlers(true);
    }
}

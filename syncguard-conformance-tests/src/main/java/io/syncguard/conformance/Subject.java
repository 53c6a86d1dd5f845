package io.syncguard.conformance;

import io.syncguard.spi.WakeUps;
import java.util.List;

/**
 * The backend that a run of the suite has tested.
 *
 * @param suite the class that extends the suite
 * @param backend the backend's name, as its capabilities have it
 * @param wakeUps whom a release wakes
 * @param testedWith what the backend's author says it was tested with
 */
record Subject(Class<?> suite, String backend, String wakeUps, List<String> testedWith) {
    private static final String UNKNOWN = "unknown, as no backend was created";

    /** Returns what is known before any test was run. */
    static Subject unknown(Class<?> suite) {
        return new Subject(suite, UNKNOWN, "unknown", List.of());
    }

    /** Asks a test that was run. A backend's author who cannot answer fails no test. */
    static Subject of(Class<?> suite, LockBackendConformance test) {
        return new Subject(
                suite, test.backendName().orElse(UNKNOWN), test.wakeUps().orElse("unknown"), testedWith(test));
    }

    static String inWords(WakeUps.Level level) {
        return switch (level) {
            case TURNS -> "turns: a release wakes the waiter that came first";
            case BROADCAST -> "broadcast: a release wakes every waiter, and each tries once";
        };
    }

    private static List<String> testedWith(LockBackendConformance test) {
        try {
            return List.copyOf(test.testedWith());
        } catch (Exception e) {
            return List.of("unknown, as testedWith() failed: " + e);
        }
    }

    boolean isKnown() {
        return !backend.equals(UNKNOWN);
    }
}

package io.syncguard.conformance;

import io.syncguard.conformance.Outcome.Kind;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Takes note of how each test of the suite ends, and has a certificate written when the backend's class has run in all views. Uses only
 * what JUnit 5.13 and 6 both have. Thread-safe.
 */
final class CertificateWriter implements BeforeAllCallback, TestWatcher {
    private static final Namespace RUNS = Namespace.create(CertificateWriter.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        // A class whose tests are all left out has a certificate too, which says so.
        var unused = run(context);
    }

    @Override
    public void testSuccessful(ExtensionContext context) {
        ended(context, Kind.PASSED, "");
    }

    @Override
    public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
        ended(context, Kind.FAILED, "");
    }

    @Override
    public void testAborted(ExtensionContext context, @Nullable Throwable cause) {
        ended(context, Kind.SKIPPED, cause == null ? "aborted without a reason" : String.valueOf(cause.getMessage()));
    }

    @Override
    public void testDisabled(ExtensionContext context, Optional<String> reason) {
        ended(context, Kind.SKIPPED, reason.orElse("disabled without a reason"));
    }

    private static void ended(ExtensionContext context, Kind kind, String reason) {
        SuiteTest.find(context.getRequiredTestMethod()).ifPresent(test -> run(context)
                .ended(
                        test,
                        context.getTestInstance()
                                .map(LockBackendConformance.class::cast)
                                .orElse(null),
                        kind,
                        reason));
    }

    private static ConformanceRun run(ExtensionContext context) {
        Class<?> suite = context.getRequiredTestClass();
        Store store = ofAllViews(context, suite).getStore(RUNS);
        synchronized (CertificateWriter.class) {
            ConformanceRun known = store.get(suite, ConformanceRun.class);
            if (known != null) {
                return known;
            }
            ConformanceRun run = new ConformanceRun(suite, CertificateDirectory.of(context));
            store.put(suite, run);
            return run;
        }
    }

    /** Returns the outermost context of a class, which holds those of its views. */
    private static ExtensionContext ofAllViews(ExtensionContext context, Class<?> suite) {
        return context.getParent()
                .filter(parent -> parent.getTestClass().filter(suite::equals).isPresent())
                .map(parent -> ofAllViews(parent, suite))
                .orElse(context);
    }
}

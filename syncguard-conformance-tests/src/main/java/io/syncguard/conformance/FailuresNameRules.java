package io.syncguard.conformance;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * Has the message of each failed test begin with a rule's id. An exception that a backend throws where nothing should fail does not say
 * which rule was checked, and neither does a wait in vain.
 */
final class FailuresNameRules implements TestExecutionExceptionHandler {
    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        DisplayName rule = context.getRequiredTestMethod().getAnnotation(DisplayName.class);
        boolean ofTheSuite =
                context.getRequiredTestMethod().getDeclaringClass().isAssignableFrom(LockBackendConformance.class);
        if (rule == null || !ofTheSuite || failure instanceof TestAbortedException || namesRule(failure)) {
            throw failure;
        }
        AssertionError named = new AssertionError(rule.value() + ": " + words(failure), failure);
        // Whoever looks for the line that failed finds it at once.
        named.setStackTrace(failure.getStackTrace());
        throw named;
    }

    private static boolean namesRule(Throwable failure) {
        return failure instanceof AssertionError && RuleIds.begins(String.valueOf(failure.getMessage()));
    }

    private static String words(Throwable failure) {
        return failure instanceof AssertionError
                ? String.valueOf(failure.getMessage()).strip()
                : failure.toString();
    }
}

package io.syncguard.firestore;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * For tests of what operations cost: after an answer that took too long the backend reads Firestore's time again (FST-9), which costs
 * more. A test that fails when that has happened, as it does on a busy machine, is aborted. Thread-safe.
 */
final class SlowAnswers implements BeforeEachCallback, TestExecutionExceptionHandler {
    private static final Duration SLOW = Duration.ofMillis(200);
    private static final AtomicLong LONGEST_NANOS = new AtomicLong();

    /** Takes note of the time between a request and its answer, unless a test has delayed it. */
    static void took(long nanos) {
        LONGEST_NANOS.accumulateAndGet(nanos, Math::max);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        LONGEST_NANOS.set(0);
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        long millis = TimeUnit.NANOSECONDS.toMillis(LONGEST_NANOS.get());
        if (millis >= SLOW.toMillis()) {
            throw new TestAbortedException("an answer took " + millis + " ms", failure);
        }
        throw failure;
    }
}

package io.syncguard.spring.boot;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Says in the log of a failed start what is wrong with the properties, instead of a stack trace. Before Boot's own, which know less. */
@Order(Ordered.HIGHEST_PRECEDENCE + 100)
final class InvalidSyncGuardPropertiesFailureAnalyzer
        extends AbstractFailureAnalyzer<InvalidSyncGuardPropertiesException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidSyncGuardPropertiesException cause) {
        return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
    }
}

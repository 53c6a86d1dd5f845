package io.syncguard.testcontainers;

import io.syncguard.SyncGuard;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** What {@link WithSyncGuard} does. Uses only what JUnit 5.14 and 6 both have. Thread-safe. */
final class SyncGuardExtension implements ExecutionCondition, ParameterResolver {
    private static final Namespace GUARDS = Namespace.create(SyncGuardExtension.class);
    private static final Map<Class<?>, UUID> PREFIXES = new ConcurrentHashMap<>();

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return annotation(context)
                .flatMap(wanted -> server(wanted).obstacle())
                .map(ConditionEvaluationResult::disabled)
                .orElseGet(() -> ConditionEvaluationResult.enabled("there is a Redis"));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == SyncGuard.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        WithSyncGuard wanted = annotation(context).orElseThrow();
        SyncGuard guard = SyncGuard.connect(
                GuardUri.of(server(wanted).address(), wanted.client(), wanted.parameters(), "test-" + prefix(context)));
        // JUnit closes it with the context.
        context.getStore(GUARDS).put(UUID.randomUUID(), guard);
        return guard;
    }

    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
        // Guards of a test's constructor end with the test.
        return ExtensionContextScope.TEST_METHOD;
    }

    private static TestServer server(WithSyncGuard wanted) {
        return wanted.image().isBlank() ? TestServer.redis() : TestServer.redis(wanted.image());
    }

    /** Returns the annotation of the test, else of its class, else of the one around that. */
    private static Optional<WithSyncGuard> annotation(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getElement(), WithSyncGuard.class)
                .or(() -> context.getParent().flatMap(SyncGuardExtension::annotation));
    }

    private static UUID prefix(ExtensionContext context) {
        Class<?> outermost = context.getRequiredTestClass();
        while (outermost.getEnclosingClass() != null) {
            outermost = outermost.getEnclosingClass();
        }
        return PREFIXES.computeIfAbsent(outermost, unknown -> UUID.randomUUID());
    }
}

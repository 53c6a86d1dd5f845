package io.syncguard.spring;

import io.syncguard.LockException;
import java.util.concurrent.CompletableFuture;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.KotlinDetector;
import org.springframework.core.MethodParameter;

/** Runs locked methods under their locks. Thread-safe. */
final class LockedInterceptor implements MethodInterceptor {
    private static final String FLOW = "kotlinx.coroutines.flow.Flow";

    private final LockedMethods methods;
    private final Guards guards;

    LockedInterceptor(LockedMethods methods, Guards guards) {
        this.methods = methods;
        this.guards = guards;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        Object target = invocation.getThis();
        Class<?> targetClass =
                target == null ? invocation.getMethod().getDeclaringClass() : AopUtils.getTargetClass(target);
        LockedMethod method = methods.get(invocation.getMethod(), targetClass);
        return switch (method.kind()) {
            case BLOCKING -> new BlockingCall(call(method, invocation), false).run();
            case BLOCKING_FUTURE -> new BlockingCall(call(method, invocation), true).run();
            case FUTURE -> future(method, invocation);
            case PUBLISHER -> publisher(method, invocation);
        };
    }

    private LockedCall call(LockedMethod method, MethodInvocation invocation) {
        return new LockedCall(method, invocation, methods.expressions(), guards);
    }

    private CompletableFuture<?> future(LockedMethod method, MethodInvocation invocation) {
        try {
            // The method may begin after this call has returned, when others use the invocation again.
            return new FutureCall(call(method, clone(invocation))).start();
        } catch (LockException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Object publisher(LockedMethod method, MethodInvocation invocation) {
        boolean suspending = KotlinDetector.isSuspendingFunction(method.method());
        boolean several = suspending
                && FLOW.equals(new MethodParameter(method.method(), -1)
                        .getParameterType()
                        .getName());
        MethodInvocation kept = clone(invocation);
        return PublisherCall.of(
                () -> call(method, clone(kept)),
                suspending ? null : method.method().getReturnType(),
                several);
    }

    private static MethodInvocation clone(MethodInvocation invocation) {
        return ((ProxyMethodInvocation) invocation).invocableClone();
    }
}

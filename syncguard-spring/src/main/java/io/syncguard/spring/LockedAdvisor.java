package io.syncguard.spring;

import java.lang.reflect.Method;
import org.aopalliance.aop.Advice;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.Pointcut;
import org.springframework.aop.support.AbstractPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.factory.config.SingletonBeanRegistry;
import org.springframework.core.Ordered;

/** Puts the lock before methods that are locked, outside of their transaction. */
final class LockedAdvisor extends AbstractPointcutAdvisor {
    /** The advisor of {@code @EnableTransactionManagement}. */
    private static final String TRANSACTION_ADVISOR =
            "org.springframework.transaction.config.internalTransactionAdvisor";

    private final transient SingletonBeanRegistry beans;
    private final transient Pointcut pointcut;
    private final transient Advice advice;
    private final int order;

    LockedAdvisor(LockedMethods methods, Advice advice, int order, SingletonBeanRegistry beans) {
        this.beans = beans;
        this.advice = advice;
        this.order = order;
        this.pointcut = new StaticMethodMatcherPointcut() {
            @Override
            public boolean matches(Method method, Class<?> targetClass) {
                return methods.isLocked(method, targetClass);
            }
        };
    }

    /** Of two advisors with the same order, that which was registered first would be outside. */
    @Override
    public int getOrder() {
        return beans.getSingleton(TRANSACTION_ADVISOR) instanceof Ordered transactions
                        && transactions.getOrder() == order
                        && order != Ordered.HIGHEST_PRECEDENCE
                ? order - 1
                : order;
    }

    @Override
    public Pointcut getPointcut() {
        return pointcut;
    }

    @Override
    public Advice getAdvice() {
        return advice;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}

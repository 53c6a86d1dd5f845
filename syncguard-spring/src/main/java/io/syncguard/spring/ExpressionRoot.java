package io.syncguard.spring;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** What an expression reaches as {@code #root}. */
final class ExpressionRoot {
    private final @Nullable Object target;
    private final Class<?> targetClass;
    private final Method method;
    private final @Nullable Object[] args;

    ExpressionRoot(@Nullable Object target, Class<?> targetClass, Method method, @Nullable Object[] args) {
        this.target = target;
        this.targetClass = targetClass;
        this.method = method;
        this.args = args;
    }

    public @Nullable Object getTarget() {
        return target;
    }

    public Class<?> getTargetClass() {
        return targetClass;
    }

    public Method getMethod() {
        return method;
    }

    public @Nullable Object[] getArgs() {
        return args;
    }
}

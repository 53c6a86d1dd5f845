package io.syncguard.spring;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.MethodClassKey;
import org.springframework.core.env.Environment;

/** Finds and remembers which methods are locked, and how. Thread-safe. */
final class LockedMethods {
    private final ConfigurableBeanFactory beans;
    private final Expressions expressions;
    private final ConcurrentMap<MethodClassKey, List<LockDeclaration>> declared = new ConcurrentHashMap<>();
    private final ConcurrentMap<MethodClassKey, LockedMethod> read = new ConcurrentHashMap<>();

    LockedMethods(ConfigurableBeanFactory beans) {
        this.beans = beans;
        this.expressions = new Expressions(beans);
    }

    Expressions expressions() {
        return expressions;
    }

    /** Returns whether a method of a class is locked. */
    boolean isLocked(Method method, Class<?> targetClass) {
        return !declarations(method, targetClass).isEmpty();
    }

    private List<LockDeclaration> declarations(Method method, Class<?> targetClass) {
        return declared.computeIfAbsent(
                new MethodClassKey(method, targetClass),
                key -> LockDeclaration.on(AopUtils.getMostSpecificMethod(method, targetClass), targetClass));
    }

    /**
     * Returns a method that is locked.
     *
     * @throws LockedMistakesException if its annotations cannot work
     */
    LockedMethod get(Method method, Class<?> targetClass) {
        MethodClassKey key = new MethodClassKey(method, targetClass);
        LockedMethod known = read.get(key);
        if (known == null) {
            LockedMethodReader reader = reader(method, targetClass);
            known = reader.read(declarations(method, targetClass));
            if (known == null) {
                throw new LockedMistakesException(reader.mistakes());
            }
            read.put(key, known);
        }
        return known;
    }

    /** Returns what is wrong with the annotations of a method. */
    List<String> mistakes(Method method, Class<?> targetClass) {
        LockedMethodReader reader = reader(method, targetClass);
        Optional<LockedMethod> found = Optional.ofNullable(reader.read(declarations(method, targetClass)));
        assert found.isPresent() == reader.mistakes().isEmpty();
        return reader.mistakes();
    }

    private LockedMethodReader reader(Method method, Class<?> targetClass) {
        return new LockedMethodReader(
                expressions, this::resolved, AopUtils.getMostSpecificMethod(method, targetClass), targetClass);
    }

    /** Until the context has its resolvers, which is when singletons are about to be made, its environment answers. */
    private String resolved(String text) {
        if (beans.hasEmbeddedValueResolver()) {
            String resolved = beans.resolveEmbeddedValue(text);
            return resolved == null ? "" : resolved;
        }
        Environment environment = environment();
        return environment == null ? text : environment.resolvePlaceholders(text);
    }

    private @Nullable Environment environment() {
        return beans.containsBean(ConfigurableApplicationContext.ENVIRONMENT_BEAN_NAME)
                ? beans.getBean(ConfigurableApplicationContext.ENVIRONMENT_BEAN_NAME, Environment.class)
                : null;
    }
}

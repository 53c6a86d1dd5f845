package io.syncguard.spring;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.context.annotation.AnnotationConfigUtils;

/** Methods that the container itself calls on a bean, past the proxy: before there is one, or when the bean is destroyed. Stateless. */
final class LifecycleCallback {
    private static final Map<String, String> ANNOTATIONS = Map.of(
            "jakarta.annotation.PostConstruct", "@PostConstruct",
            "jakarta.annotation.PreDestroy", "@PreDestroy");

    private LifecycleCallback() {}

    /** Returns what makes a method one in every bean of a class; null if nothing does. */
    static @Nullable String inClass(Method method, Class<?> type, ConfigurableListableBeanFactory beans) {
        if (method.getParameterCount() > 0) {
            return null;
        }
        if (isOf(InitializingBean.class, "afterPropertiesSet", method, type)) {
            return "afterPropertiesSet of an InitializingBean";
        } else if (isOf(DisposableBean.class, "destroy", method, type)) {
            return "destroy of a DisposableBean";
        }
        return beans.containsBeanDefinition(AnnotationConfigUtils.COMMON_ANNOTATION_PROCESSOR_BEAN_NAME)
                ? annotation(method, type)
                : null;
    }

    private static boolean isOf(Class<?> callback, String name, Method method, Class<?> type) {
        return callback.isAssignableFrom(type) && method.getName().equals(name);
    }

    /** A method that overrides one with the annotation is called in its place. */
    private static @Nullable String annotation(Method method, Class<?> type) {
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            for (Method declared : each.getDeclaredMethods()) {
                boolean same = declared.equals(method)
                        || (declared.getName().equals(method.getName())
                                && declared.getParameterCount() == 0
                                && !Modifier.isPrivate(declared.getModifiers()));
                if (!same) {
                    continue;
                }
                for (Annotation annotation : declared.getAnnotations()) {
                    String known = ANNOTATIONS.get(annotation.annotationType().getName());
                    if (known != null) {
                        return known;
                    }
                }
            }
        }
        return null;
    }

    /** Returns what makes a method one in the bean of a definition; null if nothing does. A destroy method that is inferred does not count. */
    static @Nullable String inDefinition(Method method, BeanDefinition merged) {
        if (method.getParameterCount() > 0 || !(merged instanceof AbstractBeanDefinition definition)) {
            return null;
        }
        if (contains(definition.getInitMethodNames(), method)) {
            return "the initMethod";
        }
        return contains(definition.getDestroyMethodNames(), method) ? "the destroyMethod" : null;
    }

    private static boolean contains(String @Nullable [] names, Method method) {
        return names != null && Arrays.asList(names).contains(method.getName());
    }
}

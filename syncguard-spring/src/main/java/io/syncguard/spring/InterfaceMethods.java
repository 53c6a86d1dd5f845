package io.syncguard.spring;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Stream;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.ClassUtils;

/**
 * The methods of interfaces that a method of a class implements: also with a type parameter where the class has its argument, and where it
 * is a superclass that has the method. Stateless.
 */
final class InterfaceMethods {
    private InterfaceMethods() {}

    /** Returns those of all interfaces of a class. */
    static Stream<Method> implementedBy(Method method, Class<?> targetClass) {
        return implementedBy(method, targetClass, ClassUtils.getAllInterfacesForClass(targetClass));
    }

    /** Returns those of some interfaces of a class. */
    static Stream<Method> implementedBy(Method method, Class<?> targetClass, Class<?>[] interfaces) {
        return Arrays.stream(interfaces)
                .flatMap(type -> Arrays.stream(type.getMethods()))
                .filter(candidate -> candidate.getName().equals(method.getName())
                        && candidate.getParameterCount() == method.getParameterCount()
                        && AopUtils.getMostSpecificMethod(candidate, targetClass)
                                .equals(method));
    }
}

package io.syncguard;

import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.LockBackend;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;

/** A scripted backend whose operations pass through code of a test, which can let them take effect and then break them. */
final class InterceptedBackend {
    /** The methods that make a request. */
    private static final Set<String> OPERATIONS =
            Set.of("acquire", "release", "extend", "extendAll", "abandon", "isLocked", "lookup");

    private InterceptedBackend() {}

    /** Takes the place of a request. */
    interface Interceptor {
        /** A request is made as if nothing took its place. */
        Interceptor NONE = (request, real) -> real.make();

        Object intercept(Request request, Real real) throws Throwable;
    }

    /** Makes the request that was intercepted. */
    interface Real {
        Object make() throws Throwable;
    }

    /** One request. */
    record Request(String method, List<Object> arguments) {
        /** Returns the argument of a type. */
        <T> T argument(Class<T> type) {
            return arguments.stream()
                    .filter(type::isInstance)
                    .map(type::cast)
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Returns a backend with the given interceptors for its two views. */
    static LockBackend of(ScriptedBackend backend, Interceptor blocking, Interceptor async) {
        AsyncLockBackend asyncView = view(AsyncLockBackend.class, backend.async(), async);
        LockBackend blockingView = view(LockBackend.class, backend, blocking);
        return (LockBackend) Proxy.newProxyInstance(
                InterceptedBackend.class.getClassLoader(),
                new Class<?>[] {LockBackend.class},
                (self, method, arguments) -> method.getName().equals("async")
                        ? asyncView
                        : invoke(method, blockingView, arguments == null ? new Object[0] : arguments));
    }

    private static <T> T view(Class<T> type, T real, Interceptor interceptor) {
        return type.cast(Proxy.newProxyInstance(
                InterceptedBackend.class.getClassLoader(), new Class<?>[] {type}, (self, method, given) -> {
                    Object[] arguments = given == null ? new Object[0] : given;
                    return OPERATIONS.contains(method.getName())
                            ? interceptor.intercept(
                                    new Request(method.getName(), List.of(arguments)),
                                    () -> invoke(method, real, arguments))
                            : invoke(method, real, arguments);
                }));
    }

    private static Object invoke(Method method, Object target, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}

package io.syncguard.spring;

import io.syncguard.LockException;
import io.syncguard.SyncGuard;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.config.AopConfigUtils;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodIntrospector.MetadataLookup;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;

/**
 * Finds at the start what cannot work. Once before any bean is made, by the classes of bean definitions, and once when the singletons
 * are there, by what they have become. Used by one thread.
 */
final class LockedCheck implements BeanFactoryPostProcessor, SmartInitializingSingleton {
    private static final Logger LOGGER = System.getLogger(Locked.class.getName());
    private static final String AOT_PROCESSING = "spring.aot.processing";

    /** The property of the Spring Boot starter. With false it makes no guard. */
    private static final String ENABLED = "syncguard.enabled";

    private static final Set<String> OFF = Set.of("false", "off", "no", "0");

    /** It is there if a test replaces beans, by mocks for example, which are not proxied. */
    private static final String TEST_OVERRIDES =
            "org.springframework.test.context.bean.override.internalBeanOverrideRegistry";

    private final LockedMethods methods;
    private final Set<Class<?>> checked = new HashSet<>();
    private final Map<Class<?>, Set<Method>> locked = new HashMap<>();
    private @Nullable ConfigurableListableBeanFactory beans;

    LockedCheck(LockedMethods methods) {
        this.methods = methods;
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory factory) {
        beans = factory;
        if (Boolean.getBoolean(AOT_PROCESSING)) {
            // The properties of the place where the application is built are not those of where it runs.
            return;
        }
        Set<String> mistakes = new LinkedHashSet<>();
        for (String name : factory.getBeanDefinitionNames()) {
            Class<?> type = typeBefore(factory, name);
            if (type != null) {
                checkClass(type, mistakes);
                checkCallbacks(factory, name, type, mistakes);
            }
        }
        fail(mistakes);
    }

    private static @Nullable Class<?> typeBefore(ConfigurableListableBeanFactory factory, String name) {
        BeanDefinition definition = factory.getBeanDefinition(name);
        if (definition.isAbstract() || definition.getRole() == BeanDefinition.ROLE_INFRASTRUCTURE) {
            return null;
        }
        try {
            return factory.getType(name, false);
        } catch (LinkageError e) {
            // Some other code says so, if it needs it.
            return null;
        }
    }

    @Override
    public void afterSingletonsInstantiated() {
        ConfigurableListableBeanFactory factory = beans;
        if (factory == null) {
            return;
        }
        Set<String> mistakes = new LinkedHashSet<>();
        boolean any = false;
        for (String name : factory.getSingletonNames()) {
            Object bean = factory.getSingleton(name);
            if (bean == null) {
                continue;
            }
            Class<?> type = AopUtils.getTargetClass(bean);
            checkClass(type, mistakes);
            if (!locked(type).isEmpty()) {
                any = true;
                checkProxy(name, bean, type, mistakes);
            }
        }
        if (any || !locked.values().stream().allMatch(Set::isEmpty)) {
            checkOptions(factory, mistakes);
        }
        fail(mistakes);
        locked.forEach(LockedCheck::warnOfSelfCalls);
        checked.clear();
        locked.clear();
    }

    private static void fail(Set<String> mistakes) {
        if (!mistakes.isEmpty()) {
            throw new LockedMistakesException(List.copyOf(mistakes));
        }
    }

    private Set<Method> locked(Class<?> type) {
        return locked.computeIfAbsent(ClassUtils.getUserClass(type), this::find);
    }

    private Set<Method> find(Class<?> type) {
        if (!AnnotationUtils.isCandidateClass(type, Locked.class)
                || type.getName().startsWith("org.springframework.")
                || type.isSynthetic()) {
            return Set.of();
        }
        try {
            MetadataLookup<@Nullable Boolean> lookup = method -> methods.isLocked(method, type) ? true : null;
            return MethodIntrospector.selectMethods(type, lookup).keySet();
        } catch (LinkageError e) {
            return Set.of();
        }
    }

    private void checkClass(Class<?> type, Set<String> mistakes) {
        Class<?> user = ClassUtils.getUserClass(type);
        if (!checked.add(user)) {
            return;
        }
        Set<Method> found = locked(user);
        if (found.isEmpty()) {
            return;
        }
        if (Modifier.isFinal(user.getModifiers()) && hasClassProxy(user)) {
            mistakes.add(user.getName()
                    + ": it has locked methods and is final, so that a proxy cannot extend it: remove final"
                    + " (Kotlin: declare it open), or give it an interface with these methods");
        }
        for (Method method : found) {
            List<String> ofAnnotations = methods.mistakes(method, user);
            mistakes.addAll(ofAnnotations);
            if (ofAnnotations.isEmpty() && isUseless(methods.get(method, user))) {
                mistakes.add(LockedMethodReader.label(method, user)
                        + ": nothing is done in it but to make the "
                        + method.getReturnType().getSimpleName()
                        + ", whose work begins when the lock has been released: do the work in the method, and return its"
                        + " result, such as a list");
            }
            String callback = beans == null ? null : LifecycleCallback.inClass(method, user, beans);
            if (callback != null) {
                mistakes.add(pastTheProxy(method, user, callback));
            }
        }
    }

    /** A token, or a key that stays locked for some time, may be what the lock is for. */
    private static boolean isUseless(LockedMethod locked) {
        return locked.kind() == MethodKind.BLOCKING
                && locked.parameters().isEmpty()
                && locked.locks().stream().allMatch(lock -> lock.minHold().isZero())
                && LazyResult.isAllOf(locked.method());
    }

    private void checkCallbacks(
            ConfigurableListableBeanFactory factory, String name, Class<?> type, Set<String> mistakes) {
        Set<Method> found = locked(type);
        if (found.isEmpty() || factory.isFactoryBean(name)) {
            return;
        }
        BeanDefinition merged = factory.getMergedBeanDefinition(name);
        for (Method method : found) {
            String callback = LifecycleCallback.inDefinition(method, merged);
            if (callback != null) {
                mistakes.add(pastTheProxy(method, type, callback + " of the bean " + name));
            }
        }
    }

    private static String pastTheProxy(Method method, Class<?> type, String callback) {
        return LockedMethodReader.label(method, type) + ": it is " + callback
                + ", which Spring calls without the proxy, so without the lock: move the locked work to another method, and"
                + " call that from another bean, such as an ApplicationRunner or a SmartLifecycle";
    }

    /** Returns whether a proxy of a class is certainly a subclass. */
    private boolean hasClassProxy(Class<?> type) {
        ConfigurableListableBeanFactory factory = beans;
        return ClassUtils.getAllInterfacesForClass(type).length == 0
                || (factory != null
                        && factory.containsBeanDefinition(AopConfigUtils.AUTO_PROXY_CREATOR_BEAN_NAME)
                        && Boolean.TRUE.equals(factory.getBeanDefinition(AopConfigUtils.AUTO_PROXY_CREATOR_BEAN_NAME)
                                .getPropertyValues()
                                .get("proxyTargetClass")));
    }

    private void checkProxy(String name, Object bean, Class<?> type, Set<String> mistakes) {
        if (!isLocking(bean)) {
            if (beans == null || !beans.containsSingleton(TEST_OVERRIDES)) {
                mistakes.add(
                        type.getName() + ": the bean " + name + " has locked methods, and no proxy that locks. It was"
                                + " registered as an object, or made before proxies are, because a BeanPostProcessor or"
                                + " BeanFactoryPostProcessor is or needs it: move the locked methods to another bean, or have that one"
                                + " ask for it late (ObjectProvider, @Lazy)");
            }
            return;
        }
        for (Method method : locked(type)) {
            String unreached = unreached(bean, method, type);
            if (unreached != null) {
                mistakes.add(LockedMethodReader.label(method, type) + ": " + unreached);
            }
        }
    }

    private static boolean isLocking(Object bean) {
        return bean instanceof Advised advised
                ? Arrays.stream(advised.getAdvisors()).anyMatch(LockedAdvisor.class::isInstance)
                : AopUtils.isAopProxy(bean);
    }

    /** Returns why a call of a method does not come through a proxy; null if it does. */
    private static @Nullable String unreached(Object proxy, Method method, Class<?> type) {
        int modifiers = method.getModifiers();
        if (AopUtils.isJdkDynamicProxy(proxy)) {
            boolean there = InterfaceMethods.implementedBy(
                            method, type, proxy.getClass().getInterfaces())
                    .findAny()
                    .isPresent();
            return there
                    ? null
                    : "no interface of its bean has it, and the proxy has interfaces only: add it to one, or set"
                            + " proxyTargetClass = true";
        }
        if (Modifier.isFinal(modifiers)) {
            return "it is final, and the proxy is a subclass, which cannot override it: remove final";
        }
        boolean packagePrivate = !Modifier.isPublic(modifiers) && !Modifier.isProtected(modifiers);
        Class<?> declaring = method.getDeclaringClass();
        if (packagePrivate
                && (declaring.getClassLoader() != proxy.getClass().getClassLoader()
                        || !declaring.getPackageName().equals(proxy.getClass().getPackageName()))) {
            return "it is package-private, and the proxy is in another package or of another class loader, so that it cannot"
                    + " override it: make it public or protected";
        }
        return null;
    }

    private void checkOptions(ConfigurableListableBeanFactory factory, Set<String> mistakes) {
        LockedDefaults defaults = new Guards(factory).defaults();
        Set<String> guards = new LinkedHashSet<>();
        locked.forEach((type, found) -> {
            for (Method method : found) {
                if (!methods.mistakes(method, type).isEmpty()) {
                    continue;
                }
                for (LockSpec lock : methods.get(method, type).locks()) {
                    guards.add(lock.guard());
                    try {
                        lock.options(defaults);
                    } catch (LockException e) {
                        mistakes.add(LockedMethodReader.label(method, type) + ": " + e.getMessage());
                    }
                    if (lock.ttl() == null && lock.minHold().compareTo(defaults.ttl()) > 0) {
                        mistakes.add(LockedMethodReader.label(method, type) + ": minHold " + lock.minHold()
                                + " is longer than the default ttl, " + defaults.ttl()
                                + ": set a ttl, or lower minHold");
                    }
                }
            }
        });
        for (String guard : guards) {
            checkGuard(factory, guard, mistakes);
        }
    }

    private static void checkGuard(ConfigurableListableBeanFactory factory, String guard, Set<String> mistakes) {
        List<String> there =
                List.of(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(factory, SyncGuard.class, true, false));
        if (there.isEmpty()) {
            mistakes.add(
                    isSwitchedOff(factory)
                            ? "there is no SyncGuard bean, because " + ENABLED + " is false: set it to true, or set"
                                    + " syncguard.locked.enabled to false too, so that locked methods run without a lock"
                            : "there is no SyncGuard bean: declare one, such as @Bean SyncGuard guard() { return"
                                    + " SyncGuard.connect(\"redis://localhost:6379\"); }");
        } else if (guard.isEmpty()) {
            List<String> candidates =
                    there.stream().filter(name -> isCandidate(factory, name)).toList();
            if (candidates.size() > 1 && candidates.stream().noneMatch(name -> isPreferred(factory, name))) {
                mistakes.add("there are several SyncGuard beans, " + String.join(", ", candidates)
                        + ": make one @Primary, or name one by @Locked(guard = …)");
            }
        } else if (!there.contains(guard) && !isAliasOfOne(factory, guard, there)) {
            mistakes.add("guard = \"" + guard + "\" is no SyncGuard bean; there are " + String.join(", ", there));
        }
    }

    private static boolean isSwitchedOff(ConfigurableListableBeanFactory factory) {
        String value = factory.resolveEmbeddedValue("${" + ENABLED + ":}");
        return value != null && OFF.contains(value.strip().toLowerCase(Locale.ROOT));
    }

    /** Returns whether a bean may be the one that is meant where none is named, such as not the target of a scoped proxy. */
    private static boolean isCandidate(ConfigurableListableBeanFactory factory, String name) {
        return !factory.containsBeanDefinition(name)
                || (factory.getBeanDefinition(name).isAutowireCandidate()
                        && !factory.getBeanDefinition(name).isFallback());
    }

    private static boolean isPreferred(ConfigurableListableBeanFactory factory, String name) {
        return factory.containsBeanDefinition(name)
                && factory.getBeanDefinition(name).isPrimary();
    }

    private static boolean isAliasOfOne(ConfigurableListableBeanFactory factory, String name, List<String> there) {
        return Arrays.stream(factory.getAliases(name)).anyMatch(there::contains);
    }

    private static void warnOfSelfCalls(Class<?> type, Set<Method> found) {
        for (SelfCall call : SelfCall.in(type, found)) {
            LOGGER.log(
                    Level.WARNING,
                    "{0} calls {1} of the same object, which is not locked then, because the call does not come through the"
                            + " proxy. Move one of them to another bean, or call it through the injected bean",
                    call.caller(),
                    call.callee());
        }
    }
}

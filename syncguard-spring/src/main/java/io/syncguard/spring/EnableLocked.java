package io.syncguard.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;

/**
 * Switches {@link Locked} on, on a {@code @Configuration} class. The context needs a {@code SyncGuard} bean; it may have a
 * {@link LockedDefaults} bean. The start fails with {@link LockedMistakesException} if an annotation cannot work.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Import({ClassProxies.class, LockedConfiguration.class})
public @interface EnableLocked {
    /**
     * The default of {@link #order()}: inside of everything that decides whether a call is made at all, such as method security, and
     * outside of transactions and caches, which have {@link Ordered#LOWEST_PRECEDENCE} by default.
     */
    int DEFAULT_ORDER = Ordered.LOWEST_PRECEDENCE - 1_000;

    /**
     * Returns the order of the lock among the advice of a method. What has a smaller order is outside of it. A lock is outside of
     * {@code @Transactional} also if both have the same order. It must not have a greater one, or it is released before the commit.
     */
    int order() default DEFAULT_ORDER;

    /**
     * Returns whether beans with interfaces get a subclass as their proxy too. This concerns all beans that Spring proxies, as with
     * {@code @EnableTransactionManagement}.
     */
    boolean proxyTargetClass() default false;
}

package io.syncguard.spring.boot;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Conditional;

/**
 * Matches unless a property is false. Fails the start if the property is neither true nor false: Boot's own condition takes such a value
 * for false, and locked methods would run without a lock.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Conditional(OnSwitch.class)
@interface ConditionalOnSwitch {
    /** Returns the name of the property. */
    String value();
}

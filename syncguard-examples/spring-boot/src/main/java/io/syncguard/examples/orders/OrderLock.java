package io.syncguard.examples.orders;

import io.syncguard.spring.Locked;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The lock of one order, whose id is the method's parameter {@code id}. All methods that change orders have it. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@Locked("order-#{#id}")
@interface OrderLock {}

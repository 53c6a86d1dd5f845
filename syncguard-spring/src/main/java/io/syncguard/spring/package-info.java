/** Methods of Spring beans that run under a lock: {@link io.syncguard.spring.Locked @Locked}, {@link io.syncguard.spring.EnableLocked}. */
@NullMarked
package io.syncguard.spring;

import org.jspecify.annotations.NullMarked;

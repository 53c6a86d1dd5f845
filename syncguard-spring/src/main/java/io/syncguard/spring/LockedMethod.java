package io.syncguard.spring;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A method that runs under locks, and how.
 *
 * @param method of the bean's class
 * @param locks in the order of the annotations; never empty
 * @param waitFor how long to wait for all of them; null for the default
 */
record LockedMethod(
        Method method,
        Class<?> targetClass,
        MethodKind kind,
        List<LockSpec> locks,
        @Nullable Duration waitFor,
        IfLocked ifLocked,
        SkippedResult skipped,
        LockParameters parameters) {}

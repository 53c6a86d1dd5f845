package io.syncguard.spring;

import io.syncguard.LockException;
import io.syncguard.LockHandle;
import io.syncguard.LockOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.expression.EvaluationContext;

/**
 * One call of a locked method, or one subscription to its publisher: which locks it needs, in the order in which everybody acquires
 * them, and how long it may wait. Locks are added by the one thread that has just acquired one.
 */
final class LockedCall {
    /** By key, so that calls cannot wait for each other in a circle. */
    private static final Comparator<LockRequest> ORDER = Comparator.comparing(
                    (LockRequest request) -> request.key().value())
            .thenComparing(request -> request.named().getBeanName());

    private final LockedMethod method;
    private final MethodInvocation invocation;
    private final Expressions expressions;
    private final List<LockRequest> declared = new ArrayList<>();
    private final List<LockRequest> requests = new ArrayList<>();
    private final List<LockHandle> held = new ArrayList<>();
    private final boolean once;
    private final long started = System.nanoTime();
    private final Duration waitFor;
    private @Nullable EvaluationContext context;

    /**
     * @throws LockException {@code INVALID_ARGUMENT} if a key or a guard cannot be had
     */
    LockedCall(LockedMethod method, MethodInvocation invocation, Expressions expressions, Guards guards) {
        this.method = method;
        this.invocation = invocation;
        this.expressions = expressions;
        LockedDefaults defaults = guards.defaults();
        for (LockSpec lock : method.locks()) {
            LockRequest request =
                    new LockRequest(guards.get(lock.guard()), lock.key().key(this::context), lock.options(defaults));
            declared.add(request);
            if (requests.stream().noneMatch(request::isSameLock)) {
                requests.add(request);
            }
        }
        requests.sort(ORDER);
        Duration set = method.waitFor();
        this.once = method.ifLocked() == IfLocked.SKIP && (set == null || set.isZero());
        this.waitFor = set == null ? defaults.waitFor() : set;
    }

    private EvaluationContext context() {
        EvaluationContext known = context;
        if (known == null) {
            known = expressions.context(
                    invocation.getThis(), method.targetClass(), method.method(), invocation.getArguments());
            context = known;
        }
        return known;
    }

    /** Returns how many locks it needs. */
    int locks() {
        return requests.size();
    }

    /** Returns the lock to acquire after a number of others. */
    LockRequest request(int position) {
        return requests.get(position);
    }

    /** Returns whether it makes one attempt for each lock, and is skipped if that fails. */
    boolean triesOnce() {
        return once;
    }

    /** Returns whether it is skipped if a lock is still taken at the end of the wait. */
    boolean isSkippedIfTaken() {
        return method.ifLocked() == IfLocked.SKIP;
    }

    /** Returns how to acquire a lock now, with what is left of the wait unless it tries once. */
    LockOptions options(LockRequest request) {
        // A key that is acquired before another is taken must not stay locked when nothing ran.
        LockOptions options =
                locks() == 1 ? request.options() : request.options().withMinHold(Duration.ZERO);
        if (once) {
            return options;
        }
        Duration left = waitFor.minusNanos(System.nanoTime() - started);
        return options.withTimeout(left.isNegative() ? Duration.ZERO : left);
    }

    /** Notes that the next lock was acquired. */
    void acquired(LockHandle lock) {
        held.add(lock);
    }

    /** Returns how many locks were acquired. */
    int acquired() {
        return held.size();
    }

    /** Runs the method, with its locks among the arguments if it wants them. May be called once. */
    @Nullable
    Object proceed() throws Throwable {
        holdAllAtLeast();
        if (method.parameters().isEmpty()) {
            return invocation.proceed();
        }
        return ((ProxyMethodInvocation) invocation)
                .invocableClone(method.parameters().filled(invocation.getArguments(), inOrderOfAnnotations()))
                .proceed();
    }

    /**
     * Refuses a result whose work goes on, of a method that does not declare that.
     *
     * @throws IllegalStateException if it is a future or a publisher
     */
    void requireEnded(@Nullable Object result) {
        Class<?> declared = method.method().getReturnType();
        if (declared == Object.class
                && result != null
                && ReactiveAdapterRegistry.getSharedInstance().getAdapter(null, result) != null) {
            throw new IllegalStateException(LockedMethodReader.label(method.method(), method.targetClass())
                    + " is declared to return Object and returned a "
                    + result.getClass().getSimpleName()
                    + ", whose work would go on without the lock: declare that type");
        }
    }

    private void holdAllAtLeast() {
        for (int i = 0; locks() > 1 && i < locks(); i++) {
            Duration minHold = requests.get(i).options().minHold();
            if (!minHold.isZero()) {
                held.get(i).holdAtLeast(minHold);
            }
        }
    }

    private List<LockHandle> inOrderOfAnnotations() {
        List<LockHandle> locks = new ArrayList<>();
        for (LockRequest wanted : declared) {
            for (int i = 0; i < requests.size(); i++) {
                if (requests.get(i).isSameLock(wanted)) {
                    locks.add(held.get(i));
                }
            }
        }
        return locks;
    }

    /** Returns what the method returns, or its future or publisher has, if it is skipped. */
    @Nullable
    Object skipped() {
        return method.skipped().value(context());
    }
}

package io.syncguard.spring;

import io.syncguard.LossPolicy;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.aot.hint.annotation.Reflective;
import org.springframework.core.annotation.AliasFor;

/**
 * Runs a method of a Spring bean under a distributed lock. The lock is acquired before the method begins and released when its work
 * ends, however it ends. {@link EnableLocked} switches it on.
 *
 * <pre>{@code
 * @Locked("order-#{#order.id}")
 * public Receipt pay(Order order) { ... }
 *
 * @Locked(key = "nightly-report", ifLocked = IfLocked.SKIP, minHold = "1m")
 * @Scheduled(cron = "0 0 3 * * *")
 * public void report() { ... }
 * }</pre>
 *
 * <p><b>Proxies.</b> A call must come through the bean's proxy. A call of another method of the same object, or by {@code super}, does not
 * acquire anything. The start of the application reports such calls where it sees them. It fails on methods that no proxy can lock, and on
 * those that Spring calls past the proxy, such as {@code @PostConstruct} methods. The annotation also works on methods of interfaces and
 * superclasses, and on annotations of your own. The declaration that is nearest to the bean's class counts; two interfaces that contradict
 * each other fail the start.
 *
 * <p><b>Lazy results.</b> A stream, an iterator or a function that the method returns is used by the caller, when the lock has been released.
 * The start fails if the method does nothing but make one.
 *
 * <p><b>What ends the work.</b>
 * <table>
 *   <caption>Return types</caption>
 *   <tr><th>the method returns</th><th>the lock is acquired</th><th>and released</th></tr>
 *   <tr><td>anything else, or nothing</td><td>on the calling thread, which waits</td><td>when the method returns or throws</td></tr>
 *   <tr><td>{@code CompletionStage}, {@code CompletableFuture}</td><td>without blocking the caller</td><td>when the future that the
 *       method returned is complete</td></tr>
 *   <tr><td>{@code Mono}, {@code Flux}, other reactive types; a Kotlin {@code suspend} function</td><td>without blocking, at each
 *       subscription or call</td><td>on completion, error and cancellation</td></tr>
 * </table>
 * Cancelling a future while it waits ends the wait. Cancelling it later does not end the work, and the lock is kept until the work
 * ends. A method that acquires without blocking begins on the thread which completes the guard's futures, and must not block it: see
 * {@link io.syncguard.AsyncGuard}. An {@code @Async} method waits for its lock, and for the future that it returns, on its own thread.
 *
 * <p><b>Parameters.</b> A parameter of the type {@link io.syncguard.FenceToken} receives the lock's fencing token, and one of the type
 * {@link io.syncguard.LockHandle} the lock. Callers pass null; what they pass is replaced. A method that blocks may ask for a
 * {@link io.syncguard.HeldLock}, one that does not for an {@link io.syncguard.AsyncHeldLock}. With several locks there is one such
 * parameter for each annotation, in the same order, or none.
 *
 * <p><b>Several locks.</b> Repeat the annotation. All keys are computed first and equal ones merged; the first annotation's attributes
 * count then. The locks are acquired in the order of their keys, whatever the order of the annotations, so that methods cannot deadlock
 * each other. If one of them cannot be had, those before it are released. One wait covers them all.
 *
 * <p><b>Order.</b> The lock is outside of {@code @Transactional}, so it is released after the commit. It is inside {@code @Async} and
 * {@code @Retryable}: each attempt acquires it anew. {@link EnableLocked#order()} changes the former.
 *
 * <p><b>Failures.</b> Those of {@link io.syncguard.SyncGuard#call(String, io.syncguard.LockOptions, io.syncguard.LockedFunction)}:
 * {@code AcquisitionTimeoutException} if the lock stayed taken, {@code LockLostException} if it was lost during the work, and
 * {@code InvalidArgumentException} also if an expression has no result. Locks are not reentrant.
 *
 * <p>All texts may have placeholders, {@code ${…}}, which are resolved once. Durations are written as {@code 500ms}, {@code 30s},
 * {@code 5m}, {@code 1h}, or {@code PT30S}.
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Repeatable(Locked.Several.class)
@Reflective(LockedReflection.class)
public @interface Locked {

    /** Returns the {@link #key()}. */
    @AliasFor("key")
    String value() default "";

    /**
     * Returns the key: text with expressions of the Spring Expression Language between <code>#{</code> and <code>}</code>. Text without
     * them is a constant. An expression may use
     *
     * <ul>
     *   <li>parameters by name, if the code is compiled with {@code -parameters}, or by position as {@code #p0} or {@code #a0}
     *   <li>beans, such as {@code @tenants.current()}
     *   <li>{@code #root.target}, {@code #root.targetClass}, {@code #root.method} and {@code #root.args}
     * </ul>
     *
     * <p>An expression that evaluates to null, to an array or to an object without a {@code toString()} of its own is an error, because
     * calls would then share a lock, or have locks of their own, by accident. So is an empty key.
     */
    @AliasFor("value")
    String key() default "";

    /**
     * Returns how long the lock lives unless it is extended. Empty for that of {@link LockedDefaults}. With a heartbeat it limits how
     * long the key stays locked after its holder died; without one it limits the work too.
     */
    String ttl() default "";

    /**
     * Returns how long to wait while another holder has the lock. Zero is one attempt. Empty for that of {@link LockedDefaults}, or for
     * one attempt with {@link IfLocked#SKIP}. Of several annotations on one method, one sets it, or all that do agree.
     */
    String waitFor() default "";

    /** Returns what happens when another holder still has the lock at the end of the wait. Of several annotations, one decides. */
    IfLocked ifLocked() default IfLocked.FAIL;

    /**
     * Returns what the method returns when it is skipped: text with expressions, as in {@link #key()}, that is converted to the type
     * that the method returns, or that its future or publisher has, such as {@code busy}, {@code -1} or
     * <code>#{new Answer('busy')}</code>. Only with {@link IfLocked#SKIP}. Of several annotations, one sets it.
     *
     * <p>If empty, that is an empty {@code Optional}, collection, map, stream or publisher, zero, false, and else null.
     */
    String skipped() default "";

    /**
     * Returns whether the lock is renewed at a third of its ttl for as long as the method works, however long that takes. Without, the
     * lock is lost if the work outlasts the ttl.
     */
    boolean heartbeat() default true;

    /**
     * Returns how long the key stays locked at least, even if the method returns earlier; at most the ttl. It keeps a scheduled job from
     * running again on a machine whose clock is a little behind. With several locks it counts from when all of them are held.
     */
    String minHold() default "";

    /**
     * Returns the name for people in messages, events and meters. Empty for the simple name of the class and that of the method, such as
     * {@code Orders.pay}.
     */
    String name() default "";

    /** Returns what happens if the lock is lost during the work. */
    LossPolicy lossPolicy() default LossPolicy.FAIL;

    /** Returns the name of the {@code SyncGuard} bean. Empty for the only one, or the primary one. */
    String guard() default "";

    /** Holds several {@link Locked} of one method. The compiler adds it. */
    @Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @Documented
    @Reflective(LockedReflection.class)
    @interface Several {
        /** Returns the annotations in the order of the source. */
        Locked[] value();
    }
}

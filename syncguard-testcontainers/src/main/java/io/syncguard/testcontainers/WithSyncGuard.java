package io.syncguard.testcontainers;

import io.syncguard.SyncGuard;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives the tests of a class, or one test, a {@link SyncGuard} on a real Redis for each parameter of that type:
 *
 * <pre>{@code
 * @WithSyncGuard(image = "redis:8")
 * class TransferTest {
 *     @Test
 *     void oneTransferAtATime(SyncGuard mine, SyncGuard ofAnotherProcess) {
 *         ofAnotherProcess.run("account:42", () ->
 *                 assertThat(new Transfers(mine).tryTransfer(42)).isFalse());
 *     }
 * }
 * }</pre>
 *
 * <p>Each parameter is a guard of its own, like a process. All guards of a class, with those of its nested classes, see the same locks,
 * and no other class does. A guard is closed, and its locks are released, at the end of what it was made for: the test, or for a parameter
 * of a {@code @BeforeAll} method the class.
 *
 * <p>The tests are skipped, with a reason that says what to do, if no Redis can be had. The class path needs
 * {@code syncguard-redis-jedis} or {@code syncguard-redis-lettuce}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
@ExtendWith(SyncGuardExtension.class)
public @interface WithSyncGuard {
    /** The image that Redis runs in with Docker, as in {@link TestServer#redis(String)}; by default as in {@link TestServer#redis()}. */
    String image() default "";

    /** Parameters of the URI, such as {@code operationTimeoutMillis=20000&fenceRetention=1d}. */
    String parameters() default "";

    /** The client, {@code jedis} or {@code lettuce}, where both are on the class path. */
    String client() default "";
}

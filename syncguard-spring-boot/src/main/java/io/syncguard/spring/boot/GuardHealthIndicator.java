package io.syncguard.spring.boot;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.SyncGuard;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Asks the lock server for a sign of life. Blocks for one round trip, and never for longer than the timeout. Details are the backend, the
 * latency, and why it failed; never a key or credentials.
 */
final class GuardHealthIndicator implements HealthIndicator {
    private final SyncGuard guard;
    private final Duration timeout;

    GuardHealthIndicator(SyncGuard guard, Duration timeout) {
        this.guard = guard;
        this.timeout = timeout;
    }

    @Override
    public @Nullable Health health() {
        Health.Builder health = new Health.Builder();
        if (guard instanceof RestartableGuard ours) {
            health.withDetail("backend", ours.backend().name());
        }
        CompletableFuture<Duration> ping = guard.async().ping();
        try {
            Duration latency = ping.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            return health.up().withDetail("latency", latency.toMillis() + " ms").build();
        } catch (TimeoutException e) {
            ping.cancel(true);
            return health.down()
                    .withDetail("code", LockErrorCode.NETWORK_TIMEOUT.name())
                    .withDetail("error", "no answer within " + timeout.toMillis() + " ms")
                    .build();
        } catch (ExecutionException e) {
            return failed(health, e);
        } catch (InterruptedException e) {
            ping.cancel(true);
            Thread.currentThread().interrupt();
            return health.unknown().withDetail("error", "interrupted").build();
        }
    }

    private static Health failed(Health.Builder health, ExecutionException failure) {
        health.down();
        LockException.within(failure)
                .ifPresentOrElse(
                        reason -> health.withDetail("code", reason.code().name())
                                .withDetail("error", String.valueOf(reason.getMessage())),
                        () -> health.withDetail("error", String.valueOf(failure.getCause())));
        return health.build();
    }
}

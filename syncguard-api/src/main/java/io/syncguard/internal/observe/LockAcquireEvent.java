package io.syncguard.internal.observe;

import io.syncguard.LockEvent;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Threshold;
import org.jspecify.annotations.Nullable;

/** How long somebody waited for a lock, and what came of it. */
@Name("io.syncguard.LockAcquire")
@Label("Lock Acquire")
@Description("A distributed lock was acquired or waited for in vain")
@Category("SyncGuard")
@Threshold("20 ms")
final class LockAcquireEvent extends LabelledEvent {
    @Label("Outcome")
    @Nullable
    String outcome;

    @Label("Reason")
    @Nullable
    String reason;

    @Label("Attempts")
    int attempts;

    @Label("Fencing Token")
    long fence;

    void describe(LockEvent event) {
        event.lock().ifPresent(this::describe);
        outcome = event.outcome().name();
        reason = event.reason().map(Enum::name).orElse(null);
        attempts = event.attempts();
        fence = event.fence().map(granted -> granted.value()).orElse(0L);
    }
}

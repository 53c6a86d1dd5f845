package io.syncguard.internal.observe;

import io.syncguard.LockEvent;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** An attempt in the background to free what an operation of unknown outcome may have left behind. */
@Name("io.syncguard.LockSettling")
@Label("Lock Settling")
@Description("The background freed what an operation of unknown outcome may have left locked, or failed to")
@Category("SyncGuard")
@StackTrace(false)
final class LockSettlingEvent extends LabelledEvent {
    @Label("Outcome")
    @Nullable
    String outcome;

    @Label("Reason")
    @Nullable
    String reason;

    @Label("Took")
    @Timespan
    long took;

    void describe(LockEvent event) {
        event.lock().ifPresent(this::describe);
        outcome = event.outcome().name();
        reason = event.reason().map(Enum::name).orElse(null);
        took = event.duration().toNanos();
    }
}

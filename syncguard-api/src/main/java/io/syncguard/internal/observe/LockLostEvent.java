package io.syncguard.internal.observe;

import io.syncguard.HoldEvent;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** A lock was lost while it was held. */
@Name("io.syncguard.LockLost")
@Label("Lock Lost")
@Description("A distributed lock was lost while it was held")
@Category("SyncGuard")
@StackTrace(false)
final class LockLostEvent extends LabelledEvent {
    @Label("Fencing Token")
    long fence;

    @Label("Cause")
    @Nullable
    String cause;

    @Label("Held For")
    @Timespan
    long heldFor;

    void describe(HoldEvent event) {
        describe(event.lock());
        fence = event.fence().value();
        cause = event.cause().map(Enum::name).orElse(null);
        heldFor = event.heldFor().toNanos();
    }
}

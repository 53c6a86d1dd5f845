package io.syncguard.internal.observe;

import io.syncguard.HoldEvent;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import org.jspecify.annotations.Nullable;

/** How long a lock was held, and how that ended. */
@Name("io.syncguard.LockHold")
@Label("Lock Hold")
@Description("A distributed lock was held")
@Category("SyncGuard")
@Threshold("20 ms")
@StackTrace(false)
final class LockHoldEvent extends LabelledEvent {
    @Label("Fencing Token")
    long fence;

    @Label("Ending")
    @Nullable
    String ending;

    void describe(HoldEvent event) {
        describe(event.lock());
        fence = event.fence().value();
        ending = event.ending().name();
    }
}

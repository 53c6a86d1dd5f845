package io.syncguard.internal.observe;

import io.syncguard.LockLabel;
import java.time.Duration;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A beat began late. */
@Name("io.syncguard.LateHeartbeat")
@Label("Late Heartbeat")
@Description("The renewal of a distributed lock began late, because the JVM or the machine is overloaded")
@Category("SyncGuard")
@StackTrace(false)
final class LateHeartbeatEvent extends LabelledEvent {
    @Label("Late By")
    @Timespan
    long lateBy;

    void describe(LockLabel lock, Duration late) {
        describe(lock);
        lateBy = late.toNanos();
    }
}

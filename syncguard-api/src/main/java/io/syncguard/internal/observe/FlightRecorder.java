package io.syncguard.internal.observe;

import io.syncguard.FenceToken;
import io.syncguard.HoldEvent;
import io.syncguard.LockEvent;
import io.syncguard.LockEvent.Origin;
import io.syncguard.LockException;
import io.syncguard.LockLabel;
import io.syncguard.LockObserver;
import io.syncguard.LockOperation;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes events of Java Flight Recorder while a recording wants them. Thread-safe. */
final class FlightRecorder implements LockObserver {
    private static final @Nullable FlightRecorder OF_THIS_JVM = ofJvm();

    /** None of these is ever committed: they know what recordings want. */
    private final LockAcquireEvent acquire = new LockAcquireEvent();

    private final LockHoldEvent hold = new LockHoldEvent();
    private final LockLostEvent lost = new LockLostEvent();
    private final LateHeartbeatEvent late = new LateHeartbeatEvent();
    private final LockSettlingEvent settling = new LockSettlingEvent();

    private FlightRecorder() {}

    private static @Nullable FlightRecorder ofJvm() {
        try {
            return new FlightRecorder();
        } catch (LinkageError noSuchModule) {
            // A runtime image without jdk.jfr.
            return null;
        }
    }

    /** Returns the flight recorder; null if this JVM has none. */
    static @Nullable FlightRecorder ofThisJvm() {
        return OF_THIS_JVM;
    }

    boolean wants(LockOperation operation, Origin origin) {
        if (origin == Origin.SETTLER) {
            return settling.isEnabled();
        }
        return operation == LockOperation.ACQUIRE && (acquire.isEnabled() || hold.isEnabled() || lost.isEnabled());
    }

    boolean wantsLateHeartbeats() {
        return late.isEnabled();
    }

    @Override
    public @Nullable Operation operationBegins(String backend, LockOperation operation, Optional<LockLabel> lock) {
        return operation == LockOperation.ACQUIRE ? new RecordedAcquire() : null;
    }

    private static final class RecordedAcquire implements Operation {
        private final LockAcquireEvent recorded = new LockAcquireEvent();

        RecordedAcquire() {
            recorded.begin();
        }

        @Override
        public @Nullable Hold granted(LockLabel lock, FenceToken fence) {
            return new RecordedHold();
        }

        @Override
        public void ended(LockEvent event, Optional<LockException> failure) {
            recorded.end();
            if (recorded.shouldCommit()) {
                recorded.describe(event);
                recorded.commit();
            }
        }
    }

    private static final class RecordedHold implements Hold {
        private final LockHoldEvent recorded = new LockHoldEvent();

        RecordedHold() {
            recorded.begin();
        }

        @Override
        public void ended(HoldEvent event) {
            recorded.end();
            if (recorded.shouldCommit()) {
                recorded.describe(event);
                recorded.commit();
            }
            LockLostEvent lost = new LockLostEvent();
            if (event.ending() == HoldEvent.Ending.LOST && lost.shouldCommit()) {
                lost.describe(event);
                lost.commit();
            }
        }
    }

    @Override
    public void backgroundEnded(LockEvent event) {
        LockSettlingEvent recorded = new LockSettlingEvent();
        if (event.origin() == Origin.SETTLER && recorded.shouldCommit()) {
            recorded.describe(event);
            recorded.commit();
        }
    }

    @Override
    public void heartbeatLate(String backend, LockLabel lock, Duration late) {
        LateHeartbeatEvent recorded = new LateHeartbeatEvent();
        if (recorded.shouldCommit()) {
            recorded.describe(lock, late);
            recorded.commit();
        }
    }
}

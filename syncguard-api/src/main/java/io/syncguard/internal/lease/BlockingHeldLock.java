package io.syncguard.internal.lease;

import io.syncguard.HeldLock;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.Ttl;
import io.syncguard.internal.call.BackendCall;
import io.syncguard.internal.observe.RunningOperation;
import io.syncguard.internal.threads.GuardThreads;
import io.syncguard.spi.AsyncLockBackend;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A held lock whose methods block. A call that finds no other one under way makes its request on the calling thread. One that
 * does joins the others, as calls of the asynchronous kind, and waits for its turn.
 */
public final class BlockingHeldLock extends LeaseHandle implements HeldLock {
    public BlockingHeldLock(HeldLease held) {
        super(held);
    }

    @Override
    @Nullable
    GuardThreads completesOn() {
        return null;
    }

    @Override
    String kind() {
        return "HeldLock";
    }

    @Override
    public boolean extend(Duration ttl) {
        Ttl checked = checked(ttl);
        if (!held.tryBegin()) {
            return awaited(() -> extendLater(checked), LockOperation.EXTEND);
        }
        try {
            return extendNow(checked);
        } finally {
            held.end();
        }
    }

    /** Waits for a call that joins the others, unless this thread has to read what they are answered (OPT-5). */
    private <T> T awaited(Supplier<CompletableFuture<T>> call, LockOperation operation) {
        try {
            held.services().backend().refuseIfMayNotBlock(operation, this::keyFingerprint);
        } catch (LockException e) {
            throw held.services().refused(operation, held, e);
        }
        return AsyncLockBackend.await(call, operation, this::keyFingerprint);
    }

    /**
     * Refuses an extension while the guard is being closed and has not come to this lock yet.
     *
     * @throws LockException {@code ABORTED} if it is
     */
    private void refuseIfClosed(BackendCall.Extend call) {
        LockException refusal = held.isOver() ? null : held.services().backend().refusal(call);
        if (refusal != null) {
            throw refusal;
        }
    }

    private boolean extendNow(Ttl ttl) {
        BackendCall.Extend call = new BackendCall.Extend(held, ttl);
        refuseIfClosed(call);
        RunningOperation running = begins(LockOperation.EXTEND, held.isOver());
        PendingExtension extension = held.beginExtension(ttl);
        if (extension == null) {
            tellAbsent(running);
            return false;
        }
        try {
            return extension.answered(held.services().backend().call(call, running));
        } catch (LockException e) {
            extension.failed(e);
            throw e;
        }
    }

    @Override
    public boolean release() {
        return releaseOrFail() == ReleaseOutcome.RELEASED;
    }

    private ReleaseOutcome releaseOrFail() {
        boolean interrupted = Thread.interrupted();
        try {
            return held.tryBegin()
                    ? releaseNow()
                    : awaited(() -> releaseLater(Function.identity(), null), LockOperation.RELEASE);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private ReleaseOutcome releaseNow() {
        try {
            if (held.isFinished()) {
                return finishedBefore();
            }
            Object answer = held.services().backend().call(held.releaseCall(held.beginRelease()));
            CompletableFuture<Void> ofClosing = held.mayHaveReleased(answer);
            if (ofClosing != null) {
                ofClosing.join();
            }
            return held.released(answer);
        } catch (LockException e) {
            held.releaseFailed(e);
            throw e;
        } finally {
            held.end();
        }
    }

    @Override
    public void close() {
        closeAndTell();
    }

    /**
     * Closes the lock, and returns whether it was held to the end: no other holder can have been granted it before this call, or
     * before an earlier one that released it. Throws nothing.
     */
    public boolean closeAndTell() {
        try {
            return closed(releaseOrFail());
        } catch (LockException e) {
            return held.closeFailed(e);
        }
    }
}

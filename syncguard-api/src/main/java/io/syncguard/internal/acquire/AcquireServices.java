package io.syncguard.internal.acquire;

import io.syncguard.internal.lease.LeaseServices;
import io.syncguard.internal.observe.FenceExhaustionWarner;
import io.syncguard.internal.queue.LocalWaitQueues;
import org.jspecify.annotations.Nullable;

/**
 * What the acquisitions of one guard share.
 *
 * @param queues null if the backend does not wake waiters
 */
public record AcquireServices(
        LeaseServices leases, CloseGate gate, FenceExhaustionWarner fences, @Nullable LocalWaitQueues queues) {}

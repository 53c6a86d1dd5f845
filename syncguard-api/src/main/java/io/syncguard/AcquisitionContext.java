package io.syncguard;

import io.syncguard.spi.LockBackend;

/** What all acquisitions of one guard share. */
record AcquisitionContext(LockBackend backend, Lifecycle lifecycle, Settler settler, FenceWatch fenceWatch) {}

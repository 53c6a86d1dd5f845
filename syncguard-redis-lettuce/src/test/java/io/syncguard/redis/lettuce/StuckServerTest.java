package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.PatientUri;
import io.syncguard.redis.tests.StuckServer;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.LockBackend;
import java.util.Arrays;

/** A stuck server, met through Lettuce. */
class StuckServerTest extends StuckServer {
    @Override
    protected LockBackend open(String uri) {
        return new LettuceLockBackendProvider().open(PatientUri.parse(uri));
    }

    @Override
    protected boolean isWaitingForServer(Thread thread) {
        return thread.getState() == Thread.State.WAITING
                && Arrays.stream(thread.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(AsyncLockBackend.class.getName()));
    }
}

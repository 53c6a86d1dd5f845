package io.syncguard.conformance;

import io.syncguard.LockKey;
import io.syncguard.spi.LockBackend;

/** What the rules of each section are tested with. */
interface BackendUnderTest {
    /** Returns the view of the backends that this test looks through. */
    View view();

    /** Returns the backend of this test; the same at each call. */
    LockBackend backend();

    /** Returns a further backend on the same place, like another process on the same server. */
    LockBackend another();

    /** Returns a key that no other test uses. */
    LockKey key();

    /** Sets the last fence counted for a key, or skips the test. */
    void usedUpTo(LockKey key, long fence);
}

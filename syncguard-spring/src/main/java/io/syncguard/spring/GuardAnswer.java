package io.syncguard.spring;

import io.syncguard.SyncGuard;
import org.jspecify.annotations.Nullable;

/** Checks the answers of a guard: only a mock returns null, and the failure says so. Stateless. */
final class GuardAnswer {
    private GuardAnswer() {}

    /**
     * Returns the answer.
     *
     * @param method what was called, for the message
     * @throws IllegalStateException if it is null
     */
    static <T> T required(@Nullable T answer, SyncGuard guard, String method) {
        if (answer == null) {
            throw new IllegalStateException(
                    "the SyncGuard (" + guard.getClass().getName() + ") returned null from " + method
                            + ", so no method was run. A mock runs no work unless it is told to: use TestLocks of syncguard-memory as the"
                            + " guard, or stub that method");
        }
        return answer;
    }
}

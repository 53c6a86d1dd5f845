package io.syncguard.cli;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;

/** How commands end. The help of {@link SyncGuardCommand} says the same. */
final class ExitCode {
    static final int DONE = 0;

    /** There is no such lock, or the doctor found something to mend. */
    static final int NOTHING_FOUND = 1;

    static final int WRONG_USAGE = 2;

    /** The server could not be reached, or refused. */
    static final int NO_ANSWER = 3;

    /** As shells tell of a defect of a program. */
    static final int DEFECT = 70;

    /** As shells tell of a failed output. */
    static final int NOT_WRITTEN = 74;

    private ExitCode() {}

    static int of(LockException failure) {
        return failure.code() == LockErrorCode.INVALID_ARGUMENT ? WRONG_USAGE : NO_ANSWER;
    }
}

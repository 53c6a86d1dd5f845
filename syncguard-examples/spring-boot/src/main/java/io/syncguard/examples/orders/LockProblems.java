package io.syncguard.examples.orders;

import io.syncguard.LockException;
import io.syncguard.StaleFenceException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** What a client is told where a lock was not had, or was lost. */
@RestControllerAdvice
class LockProblems {
    /** The order was busy for too long, or the lock's server is: the same request may succeed later. */
    @ExceptionHandler
    ProblemDetail failed(LockException e) {
        HttpStatus status = e.code().isRetryable() ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.INTERNAL_SERVER_ERROR;
        return problem(status, e.code().name(), e);
    }

    /** Nothing was written: the transaction is rolled back. */
    @ExceptionHandler
    ProblemDetail stale(StaleFenceException e) {
        return problem(HttpStatus.CONFLICT, "STALE_FENCE", e);
    }

    private static ProblemDetail problem(HttpStatus status, String title, RuntimeException e) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, String.valueOf(e.getMessage()));
        problem.setTitle(title);
        return problem;
    }
}

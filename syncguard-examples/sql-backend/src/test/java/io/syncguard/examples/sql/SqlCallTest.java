package io.syncguard.examples.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.spi.CallDeadlines;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SqlCallTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        threads.shutdown();
    }

    @RepeatedTest(200)
    @DisplayName("OPT-3 a call that meets the close of its backend is ABORTED, whatever its transaction comes to then")
    void aborted() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        // Somebody is in the way each time, so that the transaction begins again until it finds that it was given up.
        ConnectionSource busy = () -> {
            begun.countDown();
            throw new SQLException("others are in the way", SqlFailures.ROLLED_BACK);
        };
        CallDeadlines deadlines = CallDeadlines.of(Duration.ofSeconds(30), Duration.ofSeconds(30));
        SqlCall<String> call = new SqlCall<>(
                LockOperation.ACQUIRE,
                () -> "a fingerprint",
                new SqlTransaction<>(busy, deadlines, locks -> "unreached", true));
        threads.execute(call);
        CompletableFuture<String> answer =
                CompletableFuture.supplyAsync(() -> call.await(deadlines, System.nanoTime(), threads), threads);
        begun.await();

        call.abort(threads);

        Throwable failure = answer.handle((none, thrown) -> thrown).join();
        assertThat(failure).isInstanceOf(CompletionException.class);
        assertThat(failure.getCause()).isInstanceOfSatisfying(LockException.class, e -> assertThat(e.code())
                .isEqualTo(LockErrorCode.ABORTED));
    }
}

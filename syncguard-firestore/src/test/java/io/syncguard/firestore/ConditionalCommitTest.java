package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.Firestore;
import io.grpc.Status;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.spi.CallDeadlines;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is known of a commit, at each moment at which its call may end. */
@Timeout(180)
class ConditionalCommitTest {
    private static final long MARK = 7;

    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final Wire wire = new Wire();
    private final Firestore client = Emulated.through(wire);
    private final FirestoreThreads threads = new FirestoreThreads();
    private final FirestoreCall<Boolean> call = new FirestoreCall<>(
            LockOperation.ACQUIRE,
            () -> "lock",
            new Answers(CallDeadlines.withinOperationTimeout(Duration.ofMinutes(1)), () -> {}),
            threads,
            Runnable::run);
    private final ConditionalCommit commit = new ConditionalCommit(call, false);
    private final DocumentReference document =
            client.collection("commits-" + UUID.randomUUID()).document("one");

    @AfterEach
    void close() {
        threads.close();
        Emulated.close(client);
    }

    private void send() throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        commit.send(
                client.batch().create(document, Map.of("write", MARK)),
                document,
                null,
                MARK,
                landed -> over.countDown(),
                (came, thrown) -> over.countDown());
        assertThat(over.await(60, TimeUnit.SECONDS)).isTrue();
    }

    /** Ends the call as its timeout would. */
    private boolean isUnknownAtTheEnd() {
        assertThat(call.cancel(true)).isTrue();
        return LockException.within(call.handle((value, thrown) -> thrown).join())
                .orElseThrow()
                .isOutcomeUnknown();
    }

    @Test
    @DisplayName(
            "ACQ-4, FST-4 a call that ends between the look that finds its commit and the decision has an unknown outcome")
    void endsBeforeDecision() throws InterruptedException {
        wire.loseAnswerToCommit(Status.UNAVAILABLE);
        send();
        assertThat(commit.isOpen()).isTrue();

        commit.looked(document, Fixture.done(document.get()).getUpdateTime());

        assertThat(commit.isOpen()).isFalse();
        assertThat(isUnknownAtTheEnd()).isTrue();
    }

    @Test
    @DisplayName("FST-4 a look finds a commit by its mark, once")
    void foundByMark() throws InterruptedException {
        wire.loseAnswerToCommit(Status.UNAVAILABLE);
        send();
        var updateTime = Fixture.done(document.get()).getUpdateTime();

        assertThat(commit.landed(updateTime, MARK + 1)).isEmpty();
        assertThat(commit.landed(updateTime, MARK))
                .map(ConditionalCommit.Landed::updateTime)
                .contains(updateTime);
        assertThat(commit.landed(updateTime, MARK)).isEqualTo(Optional.empty());
    }

    @Test
    @DisplayName("FST-3 a commit that was refused by its condition is known not to have landed")
    void refused() throws InterruptedException {
        Fixture.done(document.set(Map.of("write", 1L)));

        send();

        assertThat(commit.isOpen()).isFalse();
        assertThat(isUnknownAtTheEnd()).isFalse();
    }
}

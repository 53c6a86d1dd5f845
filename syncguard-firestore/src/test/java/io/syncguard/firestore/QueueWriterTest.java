package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.firestore.Firestore;
import io.grpc.Status;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What one process writes to a queue. */
@Timeout(120)
class QueueWriterTest {
    private static final ServerTime TIME = new ServerTime(1_000_000_000, 0, 0);
    private static final String DOCUMENT = "job";

    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final Fixture fixture = new Fixture();
    private final Wire wire = new Wire();
    private final Firestore client = Emulated.through(wire);
    private final FirestoreThreads threads = new FirestoreThreads();
    private final QueueWriter writer = new QueueWriter(new FirestoreStore(() -> client, fixture.options), threads);

    @AfterEach
    void close() {
        threads.close();
        Emulated.close(client);
        fixture.close();
    }

    private WaitQueue stored() {
        return WaitQueue.of(Fixture.done(fixture.queueDocument().get()));
    }

    private List<String> names() {
        return stored().names().stream().map(WaitQueue.Name::process).toList();
    }

    private void untilWritten() {
        Fixture.until(() -> !writer.isWriting(DOCUMENT));
    }

    private static QueueChange joining(String process, String... stale) {
        return QueueChange.joining(DOCUMENT, process, Set.of(stale), TIME);
    }

    private static QueueChange released(long fence) {
        return new QueueChange(null, null, Set.of(), 0, 0, fence, fence, 0);
    }

    @Test
    @DisplayName("WAI-5 one write to a queue is under way at a time, and all that is to be said meanwhile is one more")
    void together() {
        wire.holdQueueWrites(true);
        writer.change(DOCUMENT, joining("a"));
        Fixture.until(() -> wire.holding() == 1);

        writer.change(DOCUMENT, released(1));
        writer.change(DOCUMENT, joining("b", "c"));
        IntStream.rangeClosed(2, 100).forEach(fence -> writer.change(DOCUMENT, released(fence)));

        assertThat(wire.holding()).isEqualTo(1);
        wire.holdQueueWrites(false);
        untilWritten();
        assertThat(wire.commits()).isEqualTo(2);
        assertThat(names()).containsExactly("a", "b");
        assertThat(stored().released()).isEqualTo(100);
    }

    @Test
    @DisplayName("WAI-5 a name that leaves and joins again before that is written stands at the end, once")
    void leavesAndJoins() {
        writer.change(DOCUMENT, joining("a"));
        writer.change(DOCUMENT, joining("b"));
        wire.holdQueueWrites(true);
        untilWrittenOrHeld();
        writer.change(DOCUMENT, QueueChange.leaving("a", TIME));
        writer.change(DOCUMENT, joining("a"));
        assertThat(writer.isAdding(DOCUMENT)).isTrue();
        wire.holdQueueWrites(false);
        untilWritten();
        assertThat(names()).containsExactly("b", "a");

        wire.holdQueueWrites(true);
        writer.change(DOCUMENT, released(1));
        writer.change(DOCUMENT, joining("c"));
        writer.change(DOCUMENT, QueueChange.leaving("c", TIME));
        assertThat(writer.isAdding(DOCUMENT)).isFalse();
        wire.holdQueueWrites(false);
        untilWritten();
        assertThat(names()).containsExactly("b", "a");
    }

    private void untilWrittenOrHeld() {
        Fixture.until(() -> !writer.isWriting(DOCUMENT) || wire.isHolding());
    }

    @Test
    @DisplayName("WAI-5 a write that fails is repeated with what came meanwhile, some times and then no more")
    void repeats() {
        wire.loseCommit(Status.ABORTED);
        writer.change(DOCUMENT, joining("a"));
        writer.change(DOCUMENT, released(7));
        untilWritten();
        assertThat(names()).containsExactly("a");
        assertThat(stored().released()).isEqualTo(7);
        assertThat(wire.commits()).isEqualTo(2);

        wire.loseCommits(Status.UNAVAILABLE);
        int before = wire.commits();
        writer.change(DOCUMENT, joining("b"));
        untilWritten();
        assertThat(wire.commits() - before).isEqualTo(5);

        wire.loseCommits(Status.PERMISSION_DENIED);
        writer.change(DOCUMENT, joining("b"));
        untilWritten();
        assertThat(wire.commits() - before).isEqualTo(6);
    }

    @Test
    @DisplayName(
            "OPT-3 once all is written that was to be, closing ends, and failed writes are not repeated after that")
    void settles() {
        wire.holdQueueWrites(true);
        writer.change(DOCUMENT, joining("a"));
        writer.change(DOCUMENT, released(1));
        CompletableFuture<Boolean> settled = writer.settled();
        assertThat(settled).isNotDone();
        wire.holdQueueWrites(false);
        settled.join();
        assertThat(stored().released()).isEqualTo(1);

        wire.loseCommits(Status.UNAVAILABLE);
        int before = wire.commits();
        writer.change(DOCUMENT, joining("b"));
        untilWritten();
        assertThat(wire.commits() - before).isEqualTo(1);
    }
}

package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.FieldValue;
import com.google.cloud.firestore.Firestore;
import io.grpc.Status;
import io.syncguard.FenceToken;
import io.syncguard.InvalidArgumentException;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.StaleFenceException;
import io.syncguard.testsupport.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Guarded documents, also where commits and answers are lost or late. */
@Timeout(120)
class FirestoreFencedDocumentsTest {
    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final Wire wire = new Wire();
    private final Firestore client = Emulated.through(wire);
    private final String path = "fenced/" + UUID.randomUUID();
    private final DocumentReference watched = client.document(path);
    private final DocumentReference raw = Emulated.shared().document(path);
    private final FirestoreFencedDocuments guard = FirestoreFencedDocuments.create(Duration.ofSeconds(20));

    @AfterEach
    void close() {
        Emulated.close(client);
    }

    private boolean set(DocumentReference document, String value, long fence) {
        return guard.set(document, Map.of("value", value), new FenceToken(fence));
    }

    /** The document, but for the number by which each write changes it. */
    private Map<String, Object> stored() {
        Map<String, Object> stored = new HashMap<>(Fixture.done(raw.get()).getData());
        stored.remove("fenceWrite");
        return stored;
    }

    private static Map<String, Object> written(String value, long fence) {
        return Map.of("value", value, "fence", new FenceToken(fence).toString());
    }

    @Test
    @DisplayName("GRD-1, GRD-5 a write passes unless a greater fence has written; a holder's second write passes")
    void rule() {
        assertThat(set(raw, "first", 5)).isTrue();
        assertThat(set(raw, "second", 5)).isTrue();
        assertThat(set(raw, "second", 5)).as("the same once more").isTrue();
        assertThat(set(raw, "late", 4)).isFalse();
        assertThat(stored()).isEqualTo(written("second", 5));

        assertThat(set(raw, "newer", 10)).isTrue();
        assertThat(set(raw, "late", 9)).isFalse();
        assertThat(stored()).isEqualTo(written("newer", 10));
    }

    @Test
    @DisplayName("GRD-2 setOrThrow writes or throws with both fences")
    void orThrow() {
        guard.setOrThrow(raw, Map.of("value", "x"), new FenceToken(42));

        StaleFenceException e = catchThrowableOfType(
                StaleFenceException.class, () -> guard.setOrThrow(raw, Map.of("value", "y"), new FenceToken(41)));

        assertThat(e.offered()).isEqualTo(new FenceToken(41));
        assertThat(e.highest()).contains(new FenceToken(42));
        assertThat(stored()).isEqualTo(written("x", 42));
    }

    @Test
    @DisplayName(
            "GRD-5 a write replaces the whole document, whatever the fields are called, and keeps null and nested ones")
    void replaces() {
        Map<String, Object> odd = new HashMap<>();
        odd.put("a.b", 1L);
        odd.put("`~*/[]", "x");
        odd.put("none", null);
        odd.put("nested", Map.of("kept", 1L, "dropped", 2L));
        assertThat(guard.set(raw, odd, new FenceToken(1))).isTrue();
        odd.put("fence", "000000000000001");
        assertThat(stored()).as("created").isEqualTo(odd);

        Map<String, Object> next = new HashMap<>();
        next.put("a.b", null);
        next.put("c.d", 3L);
        next.put("nested", Map.of("kept", 1L));
        assertThat(guard.set(raw, next, new FenceToken(2))).isTrue();
        next.put("fence", "000000000000002");
        assertThat(stored()).as("replaced").isEqualTo(next);

        assertThat(guard.set(raw, Map.of(), new FenceToken(3))).isTrue();
        assertThat(stored()).as("emptied").isEqualTo(Map.of("fence", "000000000000003"));
        assertThat(set(raw, "late", 2)).isFalse();
    }

    @Test
    @DisplayName("GRD-5 the server's timestamp can be written; what cannot be written twice is INVALID_ARGUMENT")
    void fieldValues() {
        assertThat(guard.set(raw, Map.of("at", FieldValue.serverTimestamp()), new FenceToken(1)))
                .isTrue();
        assertThat(guard.set(raw, Map.of("in", Map.of("at", FieldValue.serverTimestamp())), new FenceToken(1)))
                .isTrue();
        assertThat(stored()).containsOnlyKeys("in", "fence");

        assertInvalid(Map.of("n", FieldValue.increment(1)));
        assertInvalid(Map.of("in", Map.of("n", FieldValue.arrayUnion("x"))));
        assertInvalid(Map.of("n", FieldValue.delete()));
        assertInvalid(Map.of("n", new Object[] {Thread.currentThread()}));
        assertInvalid(Map.of("fence", "000000000000009"));
        assertInvalid(Map.of("fenceWrite", 1L));
        assertInvalid(Map.of("", "x"));
        assertInvalid(null);
        assertThat(stored()).containsOnlyKeys("in", "fence");
    }

    private void assertInvalid(Map<String, Object> fields) {
        assertThatThrownBy(() -> guard.set(raw, fields, new FenceToken(2)))
                .isInstanceOfSatisfying(
                        LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT));
    }

    @Test
    @DisplayName(
            "GRD-7 names and values that Firestore cannot store are INVALID_ARGUMENT before any I/O, whatever the fence")
    void checkedFirst() {
        assertThat(set(raw, "first", 5)).isTrue();
        List<Map<String, Object>> refused = List.of(
                Map.of("v", Thread.currentThread()),
                Map.of("v", List.of(Thread.currentThread())),
                Map.of("v", List.of(FieldValue.serverTimestamp())),
                Map.of("v", List.of(List.of(1L))),
                Map.of("v", Map.of("in", List.of(Map.of("in", List.of(List.of()))))),
                Map.of("__x__", 1L),
                Map.of("____", 1L),
                Map.of("v", Map.of("", 1L)),
                Map.of("v", List.of(Map.of("__x__", 1L))),
                Map.of("v\ud800", 1L),
                Map.of("v", Map.of("\udc00", 1L)),
                Map.of("v", "\ud800"),
                Map.of("v", List.of(Map.of("in", "\udc00\ud800"))));
        for (Map<String, Object> fields : refused) {
            for (long fence : new long[] {4, 5}) {
                assertThatThrownBy(() -> guard.set(watched, fields, new FenceToken(fence)))
                        .as("%s", fields)
                        .isInstanceOf(InvalidArgumentException.class);
            }
        }
        assertThat(wire.looks() + wire.commits()).as("requests").isZero();
        assertThat(stored()).isEqualTo(written("first", 5));
    }

    @Test
    @DisplayName("GRD-7, ERR-4 null is INVALID_ARGUMENT before any I/O")
    @SuppressWarnings("NullAway") // What a caller without a checker may pass.
    void nulls() {
        assertThatThrownBy(() -> guard.set(null, Map.of(), new FenceToken(1)))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("document must not be null");
        assertThatThrownBy(() -> guard.setOrThrow(watched, Map.of(), null))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("fence must not be null");
        assertThat(wire.looks() + wire.commits()).as("requests").isZero();
    }

    @Test
    @DisplayName("GRD-7 any other name and value is stored as it is")
    void stores() {
        Map<String, Object> odd = new HashMap<>();
        odd.put("__x", 1L);
        odd.put("x__", "\ud83d\ude00");
        odd.put("___", List.of(Map.of("in", List.of(1L)), List.of()).subList(0, 1));
        odd.put("\ud83d\ude00", Map.of("__in", 2.5));

        assertThat(guard.set(watched, odd, new FenceToken(1))).isTrue();

        odd.put("fence", "000000000000001");
        assertThat(stored()).isEqualTo(odd);
    }

    @Test
    @DisplayName("GRD-7 a document that Firestore finds too large is INVALID_ARGUMENT, and nothing has changed")
    void tooLarge() {
        assertThat(set(raw, "first", 5)).isTrue();

        LockException e = catchThrowableOfType(LockException.class, () -> set(watched, "x".repeat(1_200_000), 5));

        assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
        assertThat(e.operation()).isEqualTo(LockOperation.FENCED_WRITE);
        assertThat(e.isOutcomeUnknown()).isFalse();
        assertThat(stored()).isEqualTo(written("first", 5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "000000000000000"})
    @DisplayName("GRD-6 a document whose fence is missing or none is INTERNAL, by fingerprint, and left alone")
    void foreign(String text) {
        Map<String, Object> foreign = text.isEmpty() ? Map.of("mine", 1L) : Map.of("mine", 1L, "fence", text);
        Fixture.done(raw.set(foreign));

        LockException e = catchThrowableOfType(LockException.class, () -> set(raw, "x", 1));

        assertThat(e.code()).isEqualTo(LockErrorCode.INTERNAL);
        assertThat(e.operation()).isEqualTo(LockOperation.FENCED_WRITE);
        assertThat(e.isOutcomeUnknown()).isFalse();
        assertThat(e).hasMessageContaining("'fence'").hasMessageNotContaining(raw.getId());
        assertThat(stored()).isEqualTo(foreign);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "UNKNOWN", "INTERNAL", "ABORTED", "CANCELLED"})
    @DisplayName("GRD-8 a write whose commit or whose answer was lost is made again, and stands once")
    void lost(String name) {
        Status status = Status.Code.valueOf(name).toStatus();
        wire.loseCommit(status);
        assertThat(set(watched, "created", 5)).isTrue();
        wire.loseAnswerToCommit(status);
        assertThat(set(watched, "replaced", 5)).isTrue();

        assertThat(stored()).isEqualTo(written("replaced", 5));
    }

    @ParameterizedTest
    @CsvSource({
        "PERMISSION_DENIED, AUTH_FAILED",
        "RESOURCE_EXHAUSTED, RATE_LIMITED",
        "INVALID_ARGUMENT, INVALID_ARGUMENT"
    })
    @DisplayName("GRD-8, ERR-2 a refusal is told as it is; after an answer that was lost the outcome stays unknown")
    void refused(String name, LockErrorCode code) {
        Status refusal = Status.Code.valueOf(name).toStatus();
        wire.loseCommit(refusal);
        LockException known = catchThrowableOfType(LockException.class, () -> set(watched, "x", 5));
        wire.loseCommit(Status.UNAVAILABLE);
        wire.loseCommit(refusal);
        LockException unknown = catchThrowableOfType(LockException.class, () -> set(watched, "y", 5));

        assertThat(known.code()).isEqualTo(code);
        assertThat(known.isOutcomeUnknown()).isFalse();
        assertThat(unknown.code()).isEqualTo(code);
        assertThat(unknown.isOutcomeUnknown()).isTrue();
    }

    @Test
    @DisplayName("GRD-8 a commit that arrives after somebody newer has written is refused, on a document old or fresh")
    void lateCommit() {
        // The first write of a client takes longer than the short timeout.
        assertThat(set(watched.getParent().document(), "warm-up", 1)).isTrue();
        assertLateCommitIsRefused("creates");
        assertLateCommitIsRefused("replaces");
    }

    @Test
    @DisplayName("GRD-8 a commit that arrives after the old content was written again, with the same fence, is refused")
    void lateCommitOfSameFence() {
        assertThat(set(watched, "x", 5)).isTrue();
        FirestoreFencedDocuments hasty = FirestoreFencedDocuments.create(Duration.ofMillis(1_500));
        wire.keepCommit(Status.UNAVAILABLE);
        wire.loseCommits(Status.UNAVAILABLE);
        LockException e = catchThrowableOfType(
                LockException.class, () -> hasty.set(watched, Map.of("value", "y"), new FenceToken(5)));
        assertThat(e.isOutcomeUnknown()).isTrue();
        wire.loseCommits(null);
        assertThat(set(watched, "x", 5)).isTrue();

        wire.deliver();

        assertThat(stored()).isEqualTo(written("x", 5));
    }

    /** The second time there is a document, of the fence 5. */
    private void assertLateCommitIsRefused(String value) {
        long newer = value.equals("creates") ? 5 : 7;
        FirestoreFencedDocuments hasty = FirestoreFencedDocuments.create(Duration.ofMillis(1_500));
        wire.holdCommit();
        LockException e = catchThrowableOfType(
                LockException.class, () -> hasty.set(watched, Map.of("value", value), new FenceToken(newer - 1)));
        assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
        assertThat(e.isOutcomeUnknown()).isTrue();
        assertThat(set(raw, "newer", newer)).isTrue();

        wire.deliver();

        Pause.millis(500);
        assertThat(stored()).isEqualTo(written("newer", newer));
    }

    @Test
    @DisplayName(
            "GRD-5, GRD-8 a stale write whose look was before the newer write and whose commit is after it is refused")
    void overtaken() {
        assertThat(set(raw, "old", 3)).isTrue();
        wire.holdCommit();
        CompletableFuture<Boolean> stale = CompletableFuture.supplyAsync(() -> set(watched, "stale", 4));
        while (!wire.isHolding()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        assertThat(set(raw, "newer", 5)).isTrue();

        wire.deliver();

        assertThat(stale.join()).isFalse();
        assertThat(stored()).isEqualTo(written("newer", 5));
    }

    @Test
    @DisplayName(
            "GRD-5, ERR-2 who is overtaken without end gets SERVICE_UNAVAILABLE, and knows that nothing was written")
    void conflictWithoutEnd() {
        for (int i = 0; i < 100; i++) {
            wire.loseCommit(Status.FAILED_PRECONDITION);
        }

        LockException e = catchThrowableOfType(LockException.class, () -> set(watched, "x", 1));

        assertThat(e.code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
        assertThat(e.isOutcomeUnknown()).isFalse();
        assertThat(Fixture.done(raw.get()).exists()).isFalse();
    }

    @Test
    @DisplayName("GRD-5 each write costs one read and one write, and a refused one no write")
    void bill() {
        assertThat(set(watched, "x", 5)).isTrue();
        assertThat(wire.bill()).isEqualTo("1 reads, 1 writes");
        assertThat(set(watched, "y", 5)).isTrue();
        assertThat(wire.bill()).isEqualTo("1 reads, 1 writes");
        assertThat(set(watched, "z", 4)).isFalse();
        assertThat(wire.bill()).isEqualTo("1 reads, 0 writes");
    }

    @Test
    @DisplayName("GRD-1, GRD-5 of writers with different fences at once the greatest stands in the end")
    void race() {
        List<CompletableFuture<Boolean>> writers = new ArrayList<>();
        for (int fence = 1; fence <= 6; fence++) {
            int own = fence;
            writers.add(
                    CompletableFuture.supplyAsync(() -> set(raw, "by " + own, own), work -> new Thread(work).start()));
        }

        assertThatCode(() -> writers.forEach(CompletableFuture::join)).doesNotThrowAnyException();
        assertThat(writers.get(5).join()).isTrue();
        assertThat(stored()).isEqualTo(written("by 6", 6));
    }

    @Test
    @DisplayName("GRD-8, OPT-1 an interrupt that is pending sends nothing, and stays pending")
    void interrupted() {
        Thread.currentThread().interrupt();
        try {
            LockException e = catchThrowableOfType(LockException.class, () -> set(raw, "x", 1));

            assertThat(e.code()).isEqualTo(LockErrorCode.ABORTED);
            assertThat(e.isOutcomeUnknown()).isFalse();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(Fixture.done(raw.get()).exists()).isFalse();
    }
}

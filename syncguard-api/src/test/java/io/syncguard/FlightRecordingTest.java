package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ExtendResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.Timespan;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
@ExtendWith(SilentLog.class)
class FlightRecordingTest {
    private static final String PREFIX = "io.syncguard.";

    @TempDir
    Path directory;

    private final ScriptedBackend backend = new ScriptedBackend();

    /** Returns our events that a recording has of what is done meanwhile. */
    private List<RecordedEvent> recorded(Recording recording, Consumer<SyncGuard> meanwhile) throws IOException {
        Path file = directory.resolve("locks.jfr");
        Files.deleteIfExists(file);
        try (recording) {
            recording.start();
            try (SyncGuard guard = SyncGuard.using(backend)) {
                meanwhile.accept(guard);
            }
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith(PREFIX))
                .toList();
    }

    private static Recording everything() {
        Recording recording = new Recording();
        for (String event : List.of("LockAcquire", "LockHold", "LockLost", "LateHeartbeat", "LockSettling")) {
            recording.enable(PREFIX + event).withoutThreshold();
        }
        return recording;
    }

    private static RecordedEvent only(List<RecordedEvent> events, String name) {
        List<RecordedEvent> found = events.stream()
                .filter(event -> event.getEventType().getName().equals(PREFIX + name))
                .toList();
        assertThat(found).as(name).hasSize(1);
        return found.get(0);
    }

    @Test
    @DisplayName("TEL-5 a recording has who waited how long, and how long what was held")
    void acquireAndHold() throws IOException {
        backend.acquires.add(Contended::unknown);
        backend.acquires.add(() -> ScriptedBackend.acquired(7));

        List<RecordedEvent> events = recorded(
                everything(),
                guard -> guard.run("secret-key", LockOptions.defaults().withName("charge-payment"), lock -> {}));

        RecordedEvent acquire = only(events, "LockAcquire");
        assertThat(acquire.getString("name")).isEqualTo("charge-payment");
        assertThat(acquire.getString("keyFingerprint"))
                .isEqualTo(LockKey.of("secret-key").fingerprint());
        assertThat(acquire.getString("outcome")).isEqualTo("SUCCEEDED");
        assertThat(acquire.getString("reason")).isNull();
        assertThat(acquire.getInt("attempts")).isEqualTo(2);
        assertThat(acquire.getLong("fence")).isEqualTo(7);
        assertThat(acquire.getDuration()).isGreaterThan(Duration.ofMillis(5));
        assertThat(acquire.getThread().getJavaName())
                .isEqualTo(Thread.currentThread().getName());
        RecordedEvent hold = only(events, "LockHold");
        assertThat(hold.getLong("fence")).isEqualTo(7);
        assertThat(hold.getString("ending")).isEqualTo("RELEASED");
        assertThat(hold.getString("name")).isEqualTo("charge-payment");
        assertThat(events.toString()).doesNotContain("secret-key");
    }

    @Test
    @DisplayName("TEL-5 a recording has losses, and what the background frees")
    void lossAndSettling() throws IOException {
        backend.extensions.add(ExtendResult.Absent::new);

        List<RecordedEvent> events = recorded(everything(), guard -> {
            HeldLock lost = guard.acquire("key");
            assertThat(lost.extend(Duration.ofMinutes(1))).isFalse();
            backend.releases.add(ScriptedBackend.failing(LockErrorCode.SERVICE_UNAVAILABLE, true));
            guard.acquire("key").close();
            Await.until("it is settled", () -> backend.count("abandon") == 1);
        });

        RecordedEvent loss = only(events, "LockLost");
        assertThat(loss.getString("cause")).isEqualTo("ABSENT");
        assertThat(loss.getDuration("heldFor")).isPositive();
        RecordedEvent settling = only(events, "LockSettling");
        assertThat(settling.getString("outcome")).isEqualTo("SUCCEEDED");
        assertThat(settling.getString("keyFingerprint"))
                .isEqualTo(LockKey.of("key").fingerprint());
    }

    @Test
    @DisplayName("TEL-5 a recording has what was waited for in vain, and why")
    void inVain() throws IOException {
        backend.otherwise = Contended::unknown;

        List<RecordedEvent> events = recorded(
                everything(), guard -> assertThat(guard.tryAcquire("key")).isEmpty());

        assertThat(only(events, "LockAcquire").getString("outcome")).isEqualTo("CONTENDED");
    }

    @Test
    @DisplayName("TEL-5 what lasts for less than 20 ms is not recorded unless a recording asks for it")
    void threshold() throws IOException {
        Recording asItComes = new Recording();
        asItComes.enable(PREFIX + "LockAcquire");
        asItComes.enable(PREFIX + "LockHold");
        backend.acquires.add(Contended::unknown);

        List<RecordedEvent> events = recorded(asItComes, guard -> {
            guard.acquire("waited for").close();
            for (int i = 0; i < 100; i++) {
                guard.acquire("at once").close();
            }
        });

        // A stall may make one of the others long.
        assertThat(events).hasSizeLessThan(50).anyMatch(event -> event.getString("keyFingerprint")
                .equals(LockKey.of("waited for").fingerprint()));
    }

    @Test
    @DisplayName("TEL-5 the observer of the application sees the same as ever while a recording runs")
    void withObserver() throws IOException {
        List<String> seen = new CopyOnWriteArrayList<>();
        LockObserver observer = (backendName, operation, lock) -> {
            seen.add(operation.toString());
            return null;
        };
        GuardOptions options = GuardOptions.defaults().withObserver(observer);

        List<RecordedEvent> events = recorded(everything(), guard -> {
            try (SyncGuard observed = SyncGuard.using(new ScriptedBackend(), options)) {
                observed.run("key", () -> {});
            }
        });

        assertThat(seen).containsExactly("acquire", "release");
        assertThat(only(events, "LockAcquire").getInt("attempts")).isEqualTo(1);
    }

    @Test
    @DisplayName("TEL-5 each event and field has a label, and each time a unit")
    void labels() {
        try (Recording recording = everything()) {
            recording.start();
            try (SyncGuard guard = SyncGuard.using(backend)) {
                guard.run("key", () -> {});
            }
        }

        List<EventType> ours = FlightRecorder.getFlightRecorder().getEventTypes().stream()
                .filter(type -> type.getName().startsWith(PREFIX))
                .toList();

        assertThat(ours).hasSize(5).allSatisfy(type -> {
            assertThat(type.getLabel()).isNotNull();
            assertThat(type.getDescription()).isNotNull();
            assertThat(type.getCategoryNames()).containsExactly("SyncGuard");
            assertThat(type.getFields())
                    .allSatisfy(field -> assertThat(field.getLabel()).isNotNull());
        });
        assertThat(ours.stream()
                        .flatMap(type -> type.getFields().stream())
                        .filter(field -> List.of("heldFor", "lateBy", "took").contains(field.getName())))
                .hasSize(3)
                .allSatisfy((ValueDescriptor field) ->
                        assertThat(field.getAnnotation(Timespan.class)).isNotNull());
    }
}

package io.syncguard.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.syncguard.GuardOptions;
import io.syncguard.HeldLock;
import io.syncguard.LockException;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.memory.MemoryLockBackend;
import io.syncguard.spi.DaemonThreads;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Spans of a real OpenTelemetry SDK. */
@Timeout(120)
class LockObservationsTest {
    private static final LockOptions CHARGE = LockOptions.defaults().withName("charge");

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final SdkTracerProvider tracers = SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
            .build();
    private final ObservationRegistry registry = ObservationRegistry.create();
    private final SyncGuard guard;

    LockObservationsTest() {
        OtelTracer tracer = new OtelTracer(tracers.get("test"), new OtelCurrentTraceContext(), event -> {});
        registry.observationConfig().observationHandler(new DefaultTracingObservationHandler(tracer));
        guard = SyncGuard.using(
                MemoryLockBackend.create(), GuardOptions.defaults().withObserver(LockObservations.on(registry)));
    }

    @AfterEach
    void close() {
        guard.close();
        tracers.close();
    }

    private void inOrder(Runnable work) {
        Observation.createNotStarted("order", registry).observe(work);
    }

    private void nested() {
        Observation.createNotStarted("nested", registry).observe(() -> {});
    }

    private SpanData span(String name) {
        return exporter.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .reduce((first, second) -> {
                    throw new AssertionError("two spans " + name + ": " + first + ", " + second);
                })
                .orElseThrow(() -> new AssertionError("no span " + name + " in " + exporter.getFinishedSpanItems()));
    }

    private void assertTree() {
        assertThat(span("lock acquire charge").getParentSpanId())
                .isEqualTo(span("order").getSpanId());
        assertThat(span("lock hold charge").getParentSpanId())
                .isEqualTo(span("order").getSpanId());
        assertThat(span("nested").getParentSpanId())
                .isEqualTo(span("lock hold charge").getSpanId());
        assertThat(span("lock acquire charge").getEndEpochNanos())
                .isLessThanOrEqualTo(span("nested").getStartEpochNanos());
    }

    @Test
    @DisplayName("acquire and hold are children of the caller's span, and the work's spans are children of the hold")
    void blocking() {
        inOrder(() -> guard.run("key", CHARGE, this::nested));

        assertTree();
        SpanData hold = span("lock hold charge");
        assertThat(hold.getAttributes().get(AttributeKey.stringKey("outcome"))).isEqualTo("released");
        assertThat(hold.getAttributes().get(AttributeKey.stringKey("backend"))).isEqualTo("memory");
        assertThat(hold.getAttributes().get(AttributeKey.stringKey("fingerprint")))
                .isEqualTo(LockKey.of("key").fingerprint());
        SpanData acquire = span("lock acquire charge");
        assertThat(acquire.getAttributes().get(AttributeKey.stringKey("outcome")))
                .isEqualTo("succeeded");
        assertThat(acquire.getAttributes().get(AttributeKey.stringKey("attempts")))
                .isEqualTo("1");
        assertThat(exporter.getFinishedSpanItems().toString()).doesNotContain("\"key\"");
    }

    @Test
    @DisplayName(
            "a contended acquire that another thread completes is a child of its caller's span, and so is its hold")
    void contended() throws Exception {
        HeldLock holder = guard.acquire("key", LockOptions.defaults());
        CompletableFuture<?>[] waiting = new CompletableFuture<?>[1];
        inOrder(() -> waiting[0] = guard.async().run("key", CHARGE, () -> {
            nested();
            return CompletableFuture.completedFuture(null);
        }));

        assertThat(waiting[0]).isNotDone();
        holder.release();
        waiting[0].get(60, TimeUnit.SECONDS);

        assertTree();
        assertThat(registry.getCurrentObservation()).isNull();
        assertThat(span("lock acquire charge").getAttributes().get(AttributeKey.stringKey("attempts")))
                .isNotEqualTo("1");
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads are there from JDK 21 on")
    @DisplayName("on virtual threads too")
    void virtualThreads() throws Exception {
        CompletableFuture.runAsync(
                        () -> inOrder(() -> guard.run("key", CHARGE, this::nested)),
                        DaemonThreads.virtual("order").orElseThrow())
                .get(60, TimeUnit.SECONDS);

        assertTree();
    }

    @Test
    @DisplayName("a failure marks the span, contention does not, and a loss is an event of the hold")
    void endings() {
        HeldLock holder = guard.acquire("key", LockOptions.defaults());
        assertThatThrownBy(() -> guard.acquire("key", CHARGE.withTimeout(Duration.ofMillis(10))))
                .isInstanceOf(LockException.class);
        assertThat(span("lock acquire charge").getStatus().getStatusCode()).isNotEqualTo(StatusCode.ERROR);
        exporter.reset();

        assertThatThrownBy(() -> guard.async().acquire("", CHARGE).join()).isInstanceOf(CompletionException.class);
        assertThat(span("lock acquire").getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        exporter.reset();

        guard.close();
        Await.until(
                "the loss is seen",
                () -> !exporter.getFinishedSpanItems().isEmpty()
                        && exporter.getFinishedSpanItems().stream()
                                .anyMatch(span -> span.getName().equals("lock hold")));
        assertThat(span("lock hold").getEvents())
                .extracting(event -> event.getName())
                .containsExactly("lock lost");
        assertThat(span("lock hold").getAttributes().get(AttributeKey.stringKey("reason")))
                .isEqualTo("closed");
        assertThat(holder.remaining()).isZero();
    }

    @Test
    @DisplayName("a registry that is a no-op has nothing observed")
    void noop() {
        assertThat(LockObservations.on(ObservationRegistry.NOOP)
                        .operationBegins("memory", LockOperation.PING, Optional.empty()))
                .isNull();
    }
}

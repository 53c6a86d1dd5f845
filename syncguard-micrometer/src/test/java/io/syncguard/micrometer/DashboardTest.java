package io.syncguard.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.syncguard.GuardOptions;
import io.syncguard.HeldLock;
import io.syncguard.LockLabel;
import io.syncguard.LockObserver;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.memory.MemoryLockBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class DashboardTest {
    private static final Pattern SERIES = Pattern.compile("syncguard_[a-z_]+");
    private static final Path DOCS = Path.of("..", "docs");

    @ParameterizedTest
    @ValueSource(strings = {"observability/grafana.json", "observability.md"})
    @DisplayName("each series that the dashboard and the alerts ask for is one that Prometheus gets")
    void series(String page) throws Exception {
        Set<String> exported = matches(scrapeOfARealRun());

        Set<String> asked = matches(Files.readString(DOCS.resolve(page)));

        assertThat(asked).isNotEmpty().allMatch(exported::contains, "is exported: one of " + exported);
    }

    private static Set<String> matches(String text) {
        Set<String> found = new TreeSet<>();
        Matcher series = SERIES.matcher(text);
        while (series.find()) {
            found.add(series.group());
        }
        return found;
    }

    private static String scrapeOfARealRun() throws IOException {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        LockMeters meters = LockMeters.create();
        meters.bindTo(registry);
        AtomicReference<LockLabel> label = new AtomicReference<>();
        LockObserver labels = (backend, operation, lock) -> {
            lock.ifPresent(label::set);
            return null;
        };
        GuardOptions options = GuardOptions.defaults().withObserver(meters).withObserver(labels);
        try (SyncGuard guard = SyncGuard.using(MemoryLockBackend.create(), options)) {
            HeldLock lock = guard.acquire(
                    "key",
                    LockOptions.defaults()
                            .withName("charge")
                            .withTtl(Duration.ofSeconds(6))
                            .withHeartbeat());
            CompletableFuture<?> waiting =
                    guard.async().run("key", LockOptions.defaults(), () -> CompletableFuture.completedFuture(null));
            Await.until(
                    "a heartbeat",
                    () -> !registry.find("syncguard.locks.background").timers().isEmpty());
            lock.release();
            waiting.join();
            meters.heartbeatLate("memory", Optional.ofNullable(label.get()).orElseThrow(), Duration.ofSeconds(1));
        }
        return registry.scrape();
    }
}

package io.syncguard.micrometer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.search.Search;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Reads the meters of some names ten times a second, as a metrics store does less often. Each sample belongs to the phase in which it was
 * taken, and each phase begins with one. Thread-safe.
 */
final class MeterSampler implements AutoCloseable {
    private static final long INTERVAL_MILLIS = 100;

    private final MeterRegistry registry;
    private final List<String> names;
    private final List<MeterSample> samples = new ArrayList<>();
    private final long startedNanos = System.nanoTime();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "meter-sampler");
        thread.setDaemon(true);
        return thread;
    });
    private ContentionPhase phase = ContentionPhase.CALM;

    private MeterSampler(MeterRegistry registry, List<String> names) {
        this.registry = registry;
        this.names = names;
    }

    static MeterSampler start(MeterRegistry registry, List<String> names) {
        MeterSampler sampler = new MeterSampler(registry, names);
        // A late sample does not have others follow it at once.
        sampler.timer.scheduleWithFixedDelay(sampler::sample, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        return sampler;
    }

    synchronized void enter(ContentionPhase next) {
        phase = next;
        sample();
    }

    /** Takes a sample now, and returns it. */
    synchronized MeterSample sample() {
        MeterSample sample = read();
        samples.add(sample);
        return sample;
    }

    /** Returns whether the meters show something now. If so, this is one of the samples. */
    synchronized boolean shows(Predicate<MeterSample> condition) {
        MeterSample now = read();
        boolean met = condition.test(now);
        if (met) {
            samples.add(now);
        }
        return met;
    }

    synchronized List<MeterSample> samples() {
        return List.copyOf(samples);
    }

    private MeterSample read() {
        Map<String, LockFigures> figures = new HashMap<>();
        names.forEach(name -> figures.put(name, read(name)));
        double seconds = Duration.ofNanos(System.nanoTime() - startedNanos).toMillis() / 1_000.0;
        return new MeterSample(phase, seconds, Map.copyOf(figures));
    }

    private LockFigures read(String name) {
        Collection<Timer> acquired = find("syncguard.locks.acquire", name)
                .tag("outcome", "succeeded")
                .timers();
        return new LockFigures(
                gauge("syncguard.locks.acquiring", name),
                gauge("syncguard.locks.held", name),
                count(find("syncguard.locks.hold", name).tag("ending", "lost").timers()),
                count(acquired),
                acquired.stream()
                        .mapToDouble(each -> each.totalTime(TimeUnit.SECONDS))
                        .sum());
    }

    private Search find(String meter, String name) {
        return registry.find(meter).tag("name", name);
    }

    private int gauge(String meter, String name) {
        return (int) find(meter, name).gauges().stream()
                .mapToDouble(each -> each.value())
                .sum();
    }

    private static long count(Collection<Timer> timers) {
        return timers.stream().mapToLong(Timer::count).sum();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}

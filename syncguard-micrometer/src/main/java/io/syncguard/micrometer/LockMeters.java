package io.syncguard.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.syncguard.FenceToken;
import io.syncguard.HoldEvent;
import io.syncguard.LockErrorCode;
import io.syncguard.LockEvent;
import io.syncguard.LockException;
import io.syncguard.LockLabel;
import io.syncguard.LockObserver;
import io.syncguard.LockOperation;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Meters of locks. Give it to {@code GuardOptions.withObserver} of one guard or of several, and {@linkplain #bindTo bind} it to a registry;
 * Spring Boot does the latter with every bean of this kind. What happens before counts in the gauges alone.
 *
 * <table>
 *   <caption>Meters</caption>
 *   <tr><th>meter</th><th>kind</th><th>tags</th><th>tells</th></tr>
 *   <tr><td>{@code syncguard.locks.acquiring}</td><td>gauge</td><td>name, backend</td><td>acquires under way now, those that wait
 *       among them</td></tr>
 *   <tr><td>{@code syncguard.locks.held}</td><td>gauge</td><td>name, backend</td><td>locks that are held now</td></tr>
 *   <tr><td>{@code syncguard.locks.acquire}</td><td>timer with a histogram</td><td>name, backend, outcome, reason</td><td>how long
 *       acquires took, waiting included</td></tr>
 *   <tr><td>{@code syncguard.locks.hold}</td><td>timer with a histogram</td><td>name, backend, ending, cause</td><td>how long locks were
 *       held, and how that ended; losses are {@code ending=lost}</td></tr>
 *   <tr><td>{@code syncguard.locks.handed.over}</td><td>counter</td><td>name, backend</td><td>acquires that had to wait for a holder
 *       before they succeeded</td></tr>
 *   <tr><td>{@code syncguard.locks.background}</td><td>timer</td><td>backend, origin, outcome, reason</td><td>beats
 *       ({@code origin=heartbeat}), and attempts to free what an operation of unknown outcome left ({@code origin=settler})</td></tr>
 *   <tr><td>{@code syncguard.heartbeats.late}</td><td>timer</td><td>name, backend</td><td>beats that began late, and by how much</td></tr>
 *   <tr><td>{@code syncguard.events.dropped}</td><td>counter</td><td></td><td>events that a listener or an observer was too slow for</td></tr>
 * </table>
 *
 * <p>The name is that of {@code LockOptions.withName}, or {@code none}. Keys make no meters. After a hundred names the rest share the name
 * {@code other}, so that names that were made of keys by mistake do no harm.
 *
 * <p>Thread-safe.
 */
public final class LockMeters implements LockObserver, MeterBinder {
    private static final int MOST_NAMES = 100;
    private static final String NONE = "none";
    private static final String OTHER = "other";

    private final Tags common;
    private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();
    private final Set<String> names = ConcurrentHashMap.newKeySet();
    private final ConcurrentMap<Subject, Counts> counts = new ConcurrentHashMap<>();

    /** What meters tell apart by their tags. */
    private record Subject(String name, String backend) {
        Tags tags() {
            return Tags.of("name", name, "backend", backend);
        }
    }

    /** How many there are now. */
    private static final class Counts {
        private final LongAdder acquiring = new LongAdder();
        private final LongAdder held = new LongAdder();
    }

    private LockMeters(Tags common) {
        this.common = common;
    }

    /** Returns meters without tags besides those of the table. */
    public static LockMeters create() {
        return new LockMeters(Tags.empty());
    }

    /** Returns meters that have these tags too. */
    public static LockMeters withTags(Iterable<Tag> tags) {
        return new LockMeters(Tags.of(Objects.requireNonNull(tags, "tags")));
    }

    /** Shows the meters in a registry. May be called for several; again for the same one it does nothing. */
    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        Objects.requireNonNull(registry, "registry");
        if (!registries.contains(registry)) {
            registries.add(registry);
            counts.forEach((subject, now) -> show(registry, subject, now));
        }
    }

    private void show(MeterRegistry registry, Subject subject, Counts now) {
        Gauge.builder("syncguard.locks.acquiring", now.acquiring, LongAdder::sum)
                .description("Acquires under way")
                .tags(tags(subject.tags()))
                .register(registry);
        Gauge.builder("syncguard.locks.held", now.held, LongAdder::sum)
                .description("Locks that are held")
                .tags(tags(subject.tags()))
                .register(registry);
    }

    private Tags tags(Tags tags) {
        return common.and(tags);
    }

    private Subject subject(String backend, Optional<LockLabel> lock) {
        return new Subject(lock.flatMap(LockLabel::name).map(this::bounded).orElse(NONE), backend);
    }

    /** Returns a name, or what stands for all that are too many. */
    private String bounded(String name) {
        if (names.contains(name)) {
            return name;
        }
        if (names.size() >= MOST_NAMES) {
            return OTHER;
        }
        names.add(name);
        return name;
    }

    private Counts counts(Subject subject) {
        Counts known = counts.get(subject);
        return known == null ? newCounts(subject) : known;
    }

    private synchronized Counts newCounts(Subject subject) {
        return counts.computeIfAbsent(subject, missing -> {
            Counts fresh = new Counts();
            registries.forEach(registry -> show(registry, subject, fresh));
            return fresh;
        });
    }

    @Override
    public @Nullable Operation operationBegins(String backend, LockOperation operation, Optional<LockLabel> lock) {
        return operation == LockOperation.ACQUIRE ? new MeteredAcquire(subject(backend, lock)) : null;
    }

    private final class MeteredAcquire implements Operation {
        private final Subject subject;
        private final Counts counts;

        MeteredAcquire(Subject subject) {
            this.subject = subject;
            this.counts = counts(subject);
            counts.acquiring.increment();
        }

        @Override
        public Hold granted(LockLabel lock, FenceToken fence) {
            return new MeteredHold(subject, counts);
        }

        @Override
        public void ended(LockEvent event, Optional<LockException> failure) {
            counts.acquiring.decrement();
            Tags tags = tags(subject.tags()).and("outcome", lower(event.outcome()), "reason", reason(event));
            boolean handedOver = event.outcome() == LockEvent.Outcome.SUCCEEDED && event.attempts() > 1;
            for (MeterRegistry registry : registries) {
                Timer.builder("syncguard.locks.acquire")
                        .description("How long acquires took, waiting included")
                        .publishPercentileHistogram()
                        .tags(tags)
                        .register(registry)
                        .record(event.duration());
                if (handedOver) {
                    Counter.builder("syncguard.locks.handed.over")
                            .description("Acquires that had to wait for a holder before they succeeded")
                            .tags(tags(subject.tags()))
                            .register(registry)
                            .increment();
                }
            }
        }
    }

    private final class MeteredHold implements Hold {
        private final Subject subject;
        private final Counts counts;

        MeteredHold(Subject subject, Counts counts) {
            this.subject = subject;
            this.counts = counts;
            counts.held.increment();
        }

        @Override
        public void ended(HoldEvent event) {
            counts.held.decrement();
            Tags tags = tags(subject.tags())
                    .and(
                            "ending",
                            lower(event.ending()),
                            "cause",
                            event.cause().map(LockMeters::lower).orElse(NONE));
            for (MeterRegistry registry : registries) {
                Timer.builder("syncguard.locks.hold")
                        .description("How long locks were held, and how that ended")
                        .publishPercentileHistogram()
                        .tags(tags)
                        .register(registry)
                        .record(event.heldFor());
            }
        }
    }

    @Override
    public void backgroundEnded(LockEvent event) {
        Tags tags = common.and(
                "backend",
                event.backend(),
                "origin",
                lower(event.origin()),
                "outcome",
                lower(event.outcome()),
                "reason",
                reason(event));
        for (MeterRegistry registry : registries) {
            Timer.builder("syncguard.locks.background")
                    .description("Beats, and attempts to free what an operation of unknown outcome left")
                    .tags(tags)
                    .register(registry)
                    .record(event.duration());
        }
    }

    @Override
    public void heartbeatLate(String backend, LockLabel lock, Duration late) {
        Tags tags = tags(subject(backend, Optional.of(lock)).tags());
        for (MeterRegistry registry : registries) {
            Timer.builder("syncguard.heartbeats.late")
                    .description("Beats that began late, and by how much")
                    .tags(tags)
                    .register(registry)
                    .record(late);
        }
    }

    @Override
    public void eventsDropped(long count) {
        for (MeterRegistry registry : registries) {
            Counter.builder("syncguard.events.dropped")
                    .description("Events that a listener or an observer was too slow for")
                    .tags(common)
                    .register(registry)
                    .increment((double) count);
        }
    }

    private static String reason(LockEvent event) {
        Optional<LockErrorCode> reason = event.reason();
        return reason.map(LockMeters::lower).orElse(NONE);
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}

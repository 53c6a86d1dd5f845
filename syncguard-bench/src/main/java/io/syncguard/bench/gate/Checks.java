package io.syncguard.bench.gate;

import io.syncguard.bench.candidate.Candidate;
import io.syncguard.bench.candidate.Candidates;
import io.syncguard.bench.handoff.HandOffRaces;
import io.syncguard.bench.jmh.Order;
import io.syncguard.bench.load.Figure;
import io.syncguard.bench.load.Load;
import io.syncguard.bench.load.Slice;
import io.syncguard.bench.probe.HeartbeatProbe;
import io.syncguard.bench.probe.LiveLocks;
import io.syncguard.bench.probe.MemoryProbe;
import io.syncguard.bench.probe.MemoryUse;
import io.syncguard.bench.probe.ServerTime;
import io.syncguard.bench.probe.ServerTimeProbe;
import io.syncguard.bench.probe.WaiterProbe;
import io.syncguard.bench.redis.RedisMonitor;
import io.syncguard.bench.run.Entrant;
import io.syncguard.bench.run.Field;
import io.syncguard.bench.run.Results;
import io.syncguard.bench.run.Rounds;
import io.syncguard.bench.stats.Sample;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** All that the gate measures, on one server. */
final class Checks {
    private static final List<String> OURS = List.of("syncguard-jedis", "syncguard-lettuce");
    private static final Duration WARM_UP = Duration.ofSeconds(2);
    private static final Duration SLICE_WARM_UP = Duration.ofMillis(300);
    private static final int SERVER_ROUNDS = 7;
    private static final int RACE_SECONDS = 5;
    private static final int RACE_ROUNDS = 2;
    private static final int WAITERS = 200;
    private static final int FEW_LOCKS = 1_000;
    private static final int MANY_LOCKS = 1_000_000;
    private static final int GROWTH_ROUNDS = 3;
    private static final int HEARTBEATS = 10_000;
    private static final Duration HEARTBEAT_TIME = Duration.ofSeconds(15);

    private final String redisUri;
    private final RedisMonitor monitor;
    private final GateFlags flags;
    private final PrintStream progress;

    Checks(String redisUri, RedisMonitor monitor, GateFlags flags, PrintStream progress) {
        this.redisUri = redisUri;
        this.monitor = monitor;
        this.flags = flags;
        this.progress = progress;
    }

    /** T1, T2, T3, T4, T6, T7. */
    Map<Target, Reading> pairs() throws InterruptedException {
        try (Field field = field(PairChecks.ENTRANTS)) {
            Rounds rounds = new Rounds(flags.rounds(), SLICE_WARM_UP, slice(), monitor, Optional.empty(), progress);
            Results results = rounds.run(field.entrants(), PairChecks.LOADS);
            return PairChecks.of(results, Optional.ofNullable(field.skipped().get("c-generator")));
        }
    }

    /** T5. */
    Map<Target, Reading> serverTime() {
        List<ServerTime> ratios = new ServerTimeProbe(redisUri, monitor).ratios(SERVER_ROUNDS);
        return Map.of(
                Target.SERVER_ACQUIRE, median(ratios, ServerTime::acquire),
                Target.SERVER_CONTENDED, median(ratios, ServerTime::contended),
                Target.SERVER_RELEASE, median(ratios, ServerTime::release));
    }

    private static Reading median(List<ServerTime> ratios, ToDoubleFunction<ServerTime> part) {
        return Reading.of(new Sample(ratios.stream().mapToDouble(part).toArray()).median());
    }

    /** T8. */
    Map<Target, Reading> handOff() throws InterruptedException {
        return HandOffChecks.of(new HandOffRaces(redisUri, monitor, progress)
                .run(
                        HandOffChecks.CANDIDATES.stream().map(Checks::candidate).toList(),
                        HandOffRaces.settings(List.of(2, 8), List.of(0, 1)),
                        RACE_SECONDS,
                        RACE_ROUNDS));
    }

    /** T9. */
    Map<Target, Reading> memory() throws Exception {
        MemoryUse use = MemoryProbe.inRedis(candidate(OURS.get(0)), redisUri, monitor);
        Reading listening = Reading.of(0);
        for (String name : OURS) {
            monitor.empty();
            listening = listening.greater(
                    Reading.at((double) WaiterProbe.listening(candidate(name), redisUri, WAITERS, monitor), name));
        }
        return Map.of(
                Target.LOCK_BYTES, Reading.at(use.held(), "lock, index and counter"),
                Target.COUNTER_BYTES, Reading.of(use.left()),
                Target.WAITERS, listening);
    }

    /** Half of T10. */
    Map<Target, Reading> growth() throws Exception {
        Load load = Load.pairs(8);
        Results few = new Results();
        Results many = new Results();
        try (Field field = field(OURS)) {
            for (Entrant entrant : field.entrants()) {
                entrant.prepare(List.of(load));
            }
            for (int round = 1; round <= GROWTH_ROUNDS; round++) {
                slices(field, load, round, FEW_LOCKS, few);
                slices(field, load, round, MANY_LOCKS, many);
            }
        }
        monitor.empty();
        Reading worst = Reading.at(Double.POSITIVE_INFINITY, "");
        for (String name : OURS) {
            double ratio = many.median(name, load, Figure.RATE) / few.median(name, load, Figure.RATE);
            worst = worst.smaller(Reading.at(ratio, name));
        }
        return Map.of(Target.GROWTH, worst);
    }

    private void slices(Field field, Load load, int round, int locks, Results results) throws Exception {
        progress.printf("[round %d/%d] %s at %d live locks%n", round, GROWTH_ROUNDS, load.name(), locks);
        LiveLocks.put(locks, monitor);
        for (Entrant entrant : field.entrants()) {
            Optional<Slice> slice = entrant.run(Order.unrecorded(load, SLICE_WARM_UP, slice()));
            slice.ifPresent(found -> results.add(entrant.name(), load, round, found));
        }
    }

    /** The other half. */
    Map<Target, Reading> heartbeats() throws InterruptedException {
        Reading worst = Reading.of(0);
        for (String name : OURS) {
            progress.printf("%d heartbeats: %s%n", HEARTBEATS, name);
            monitor.empty();
            String uri = redisUri.replace("redis:", "redis+" + name.substring("syncguard-".length()) + ":");
            worst = worst.greater(
                    Reading.at(new HeartbeatProbe().percentOfCore(uri, HEARTBEATS, HEARTBEAT_TIME), name));
        }
        return Map.of(Target.HEARTBEATS, worst);
    }

    private Field field(List<String> names) {
        return new Field(names, redisUri, monitor, WARM_UP, progress);
    }

    private Duration slice() {
        return Duration.ofMillis(flags.sliceMillis());
    }

    private static Candidate candidate(String name) {
        return Candidates.named(name).orElseThrow();
    }
}

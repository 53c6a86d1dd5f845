package io.syncguard.bench.gate;

import io.syncguard.bench.candidate.Candidate;
import io.syncguard.bench.candidate.Candidates;
import io.syncguard.bench.candidate.Kinds;
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
import io.syncguard.bench.run.GeneratorEntrant;
import io.syncguard.bench.run.Results;
import io.syncguard.bench.run.Rounds;
import io.syncguard.bench.stats.Sample;
import io.syncguard.testservers.RedisTestServer;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** All that the gate measures, on one server. */
final class Checks {
    private static final List<String> OURS = List.of("syncguard-jedis", "syncguard-lettuce");
    private static final Duration WARM_UP = Duration.ofSeconds(3);

    /** Of one that has three loads, which warm the same code up, and no time to lose. */
    private static final Duration SHORT_WARM_UP = Duration.ofSeconds(2);

    /** Who has sat idle while others had their turn begins slowly: caches are cold, and the system may have taken memory back. */
    private static final Duration SLICE_WARM_UP = Duration.ofMillis(500);

    private static final int ROUNDS_OF_JVM = 3;
    private static final int SERVER_ROUNDS = 7;
    private static final int GENERATOR_CONNECTIONS = 8;
    private static final int RACE_SECONDS = 5;
    private static final int RACE_ROUNDS = 3;
    private static final int WAITERS = 200;
    private static final int FEW_LOCKS = 1_000;
    private static final int MANY_LOCKS = 1_000_000;
    private static final String GROWN = ", with many live locks";
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

    /** Finds out how fast this machine is, which takes seconds. */
    MachineMode mode() throws InterruptedException {
        try (RedisTestServer fresh = RedisTestServer.start();
                RedisMonitor freshMonitor = new RedisMonitor(fresh.uri())) {
            return MachineMode.of(
                    new ServerTimeProbe(fresh.uri(), freshMonitor).pairMicros(SERVER_ROUNDS),
                    generatorPairs(fresh.uri(), freshMonitor));
        }
    }

    private OptionalDouble generatorPairs(String uri, RedisMonitor its) throws InterruptedException {
        if (GeneratorEntrant.missing().isPresent()) {
            return OptionalDouble.empty();
        }
        try {
            GeneratorEntrant generator = new GeneratorEntrant(uri, its);
            Load load = Load.pairs(GENERATOR_CONNECTIONS);
            generator.prepare(List.of(load));
            Optional<Slice> first = generator.run(Order.unrecorded(load, SLICE_WARM_UP, slice()));
            Optional<Slice> second = generator.run(Order.unrecorded(load, SLICE_WARM_UP, slice()));
            return second.or(() -> first)
                    .map(slice -> OptionalDouble.of(slice.get(Figure.RATE)))
                    .orElse(OptionalDouble.empty());
        } catch (IOException e) {
            progress.println("redis-benchmark failed: " + Kinds.of(e));
            return OptionalDouble.empty();
        }
    }

    /** T1, T3, T4, T6. */
    Map<Target, Reading> pairs() throws InterruptedException {
        try (Field field = field(PairChecks.ENTRANTS)) {
            Results results = rounds(field, PairChecks.LOADS);
            return PairChecks.of(results, Optional.ofNullable(field.skipped().get("c-generator")));
        }
    }

    /** T2, T7. */
    Map<Target, Reading> floor() throws InterruptedException {
        try (Field jedis = field(FloorChecks.JEDIS);
                Field lettuce = field(FloorChecks.LETTUCE)) {
            Results jedisResults = rounds(jedis, FloorChecks.JEDIS_LOADS);
            jedis.stop();
            return FloorChecks.of(jedisResults, rounds(lettuce, FloorChecks.LETTUCE_LOADS));
        }
    }

    /** T11. */
    Map<Target, Reading> handedIn() throws InterruptedException {
        try (Field field = field(FloorChecks.HANDED_IN, SHORT_WARM_UP)) {
            return FloorChecks.ofHandedIn(fewerRounds(field, FloorChecks.HANDED_IN_LOADS));
        }
    }

    /** T12, in a cluster that is there for it alone. */
    Map<Target, Reading> cluster() throws InterruptedException {
        try (Field field = field(FloorChecks.CLUSTER)) {
            return FloorChecks.ofCluster(fewerRounds(field, FloorChecks.CLUSTER_LOADS));
        }
    }

    private Results rounds(Field field, List<Load> loads) throws InterruptedException {
        return rounds(field, loads, flags.rounds(), ROUNDS_OF_JVM);
    }

    /** Two thirds of the rounds, in as many JVMs, to save time. */
    private Results fewerRounds(Field field, List<Load> loads) throws InterruptedException {
        return rounds(field, loads, Math.max(1, 2 * flags.rounds() / 3), 2 * ROUNDS_OF_JVM / 3);
    }

    private Results rounds(Field field, List<Load> loads, int rounds, int roundsOfJvm) throws InterruptedException {
        return new Rounds(rounds, roundsOfJvm, SLICE_WARM_UP, slice(), field::empty, Optional.empty(), progress)
                .run(field.entrants(), loads);
    }

    /** T5, on a fresh server, because one that has had much to do takes longer over memory. */
    Map<Target, Reading> serverTime() {
        List<ServerTime> ratios;
        try (RedisTestServer fresh = RedisTestServer.start();
                RedisMonitor freshMonitor = new RedisMonitor(fresh.uri())) {
            ratios = new ServerTimeProbe(fresh.uri(), freshMonitor).ratios(SERVER_ROUNDS);
        }
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

    /** Half of T10: two servers, one with few locks and one with many, take turns. */
    Map<Target, Reading> growth() throws Exception {
        Load load = Load.pairs(8);
        Results results = new Results();
        try (RedisTestServer grown = RedisTestServer.start();
                RedisMonitor grownMonitor = new RedisMonitor(grown.uri());
                Field few = field(OURS);
                Field many = new Field(OURS, grown.uri(), grownMonitor, WARM_UP, progress)) {
            progress.printf("putting %d and %d locks there%n", FEW_LOCKS, MANY_LOCKS);
            LiveLocks.put(FEW_LOCKS, monitor);
            LiveLocks.put(MANY_LOCKS, grownMonitor);
            for (Entrant entrant : few.entrants()) {
                entrant.prepare(List.of(load));
            }
            for (Entrant entrant : many.entrants()) {
                entrant.prepare(List.of(load));
            }
            for (int round = 1; round <= flags.rounds(); round++) {
                progress.printf("[round %d/%d] %s with few and many live locks%n", round, flags.rounds(), load.name());
                for (int i = 0; i < OURS.size(); i++) {
                    slice(few.entrants().get(i), "", load, round, results);
                    slice(many.entrants().get(i), GROWN, load, round, results);
                }
            }
        }
        Reading worst = Reading.at(Double.POSITIVE_INFINITY, "");
        for (String name : OURS) {
            worst = worst.smaller(Reading.at(results.ratio(name + GROWN, name, load, Figure.RATE), name));
        }
        return Map.of(Target.GROWTH, worst);
    }

    private void slice(Entrant entrant, String suffix, Load load, int round, Results results) throws Exception {
        Optional<Slice> slice = entrant.run(Order.unrecorded(load, SLICE_WARM_UP, slice()));
        slice.ifPresent(found -> results.add(entrant.name() + suffix, load, round, found));
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
        return field(names, WARM_UP);
    }

    private Field field(List<String> names, Duration warmUp) {
        return new Field(names, redisUri, monitor, warmUp, progress);
    }

    private Duration slice() {
        return Duration.ofMillis(flags.sliceMillis());
    }

    private static Candidate candidate(String name) {
        return Candidates.named(name).orElseThrow();
    }
}

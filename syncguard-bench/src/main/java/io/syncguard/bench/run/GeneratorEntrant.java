package io.syncguard.bench.run;

import io.syncguard.bench.candidate.Kind;
import io.syncguard.bench.candidate.Lease;
import io.syncguard.bench.jmh.Order;
import io.syncguard.bench.load.Figure;
import io.syncguard.bench.load.Load;
import io.syncguard.bench.load.Operation;
import io.syncguard.bench.load.Slice;
import io.syncguard.bench.redis.RedisMonitor;
import io.syncguard.redis.common.RedisScript;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code redis-benchmark}, a load generator in C, with this library's scripts. It can send one command only, so it sends acquires of
 * ever different locks first, then releases of locks that were put there, and its pairs are reckoned from the two.
 */
public final class GeneratorEntrant implements Entrant {
    private static final String NAME = "c-generator";
    private static final String COMMAND = "redis-benchmark";

    /** What the generator replaces by twelve digits, another number each time. */
    private static final String RANDOM = "__rand_int__";

    private static final String ID_START = "ceilingAAA";
    private static final String ID = ID_START + "BBBBBBBBBBBB";
    private static final String KEY_START = "keyc:";
    private static final long TOLERANCE_MILLIS = 1000;

    /** So many locks are there to be released; at most one in ten is, so that few are met twice. */
    private static final int LOCKS = 200_000;

    /** Of so many locks hardly one is wanted twice. */
    private static final int MANY = 1_000_000_000;

    private static final int MOST_REQUESTS = LOCKS / 10;
    private static final int FIRST_REQUESTS = 2_000;

    /** Of calls in flight, so many connections share them. */
    private static final int ASYNC_CONNECTIONS = 4;

    private static final String PUT =
            """
            for i = 0, tonumber(ARGV[1]) - 1 do
              local number = string.format('%012d', i)
              local key = 'syncguard:' .. ARGV[3] .. number
              redis.call('SET', key, '{"lockId":"' .. ARGV[2] .. '","expiresAtMs":1800000000000,"acquiredAtMs":1800000000000,'
                .. '"fence":"000000000000001","key":"' .. ARGV[3] .. number .. '"}', 'PX', 600000)
              redis.call('SET', 'syncguard:id:' .. ARGV[4] .. number, key, 'PX', 600000)
            end
            return 'done'
            """;

    private final URI server;
    private final RedisMonitor monitor;
    private final Map<String, Double> lastRates = new HashMap<>();

    /** Does not start anything yet. */
    public GeneratorEntrant(String redisUri, RedisMonitor monitor) {
        this.server = URI.create(redisUri);
        this.monitor = monitor;
    }

    /** Returns why it cannot be used here; empty if it can. */
    public static Optional<String> missing() {
        try {
            output(List.of(COMMAND, "--version"));
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(COMMAND + " is not installed (Debian's package redis-tools)");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String title() {
        return "redis-benchmark (C), same scripts";
    }

    @Override
    public Kind kind() {
        return Kind.CEILING;
    }

    @Override
    public String lacks() {
        return "no client library; it sends all acquires before all releases, and ignores what the replies say";
    }

    @Override
    public void prepare(Iterable<Load> loads) {
        monitor.load(RedisScript.ACQUIRE.source());
        monitor.load(RedisScript.RELEASE.source());
    }

    @Override
    public Optional<Slice> run(Order order) throws IOException, InterruptedException {
        Load load = order.load();
        if (load.operation() != Operation.PAIR && load.operation() != Operation.ASYNC_PAIR) {
            return Optional.empty();
        }
        double seconds = order.time().toMillis() / 2000.0;
        GeneratorOutput acquires = requests(load, MANY, seconds, acquire());
        monitor.empty();
        monitor.eval(PUT, Integer.toString(LOCKS), ID, KEY_START, ID_START);
        GeneratorOutput releases = requests(load, LOCKS, seconds, release());
        return Optional.of(slice(load, acquires, releases));
    }

    private static Slice slice(Load load, GeneratorOutput acquires, GeneratorOutput releases) {
        EnumMap<Figure, Double> figures = new EnumMap<>(Figure.class);
        figures.put(Figure.RATE, 1 / (1 / acquires.perSecond() + 1 / releases.perSecond()));
        if (!load.isAsync()) {
            // Of what is pipelined it times the whole batch.
            figures.put(Figure.P50, acquires.p50Micros() + releases.p50Micros());
            figures.put(Figure.P99, acquires.p99Micros() + releases.p99Micros());
            figures.put(Figure.ACQUIRE_P50, acquires.p50Micros());
            figures.put(Figure.RELEASE_P50, releases.p50Micros());
        }
        return new Slice(figures);
    }

    /** Sends as many as should take a time, going by the last time; the first time tries a few. */
    private GeneratorOutput requests(Load load, int keys, double seconds, List<String> command)
            throws IOException, InterruptedException {
        String name = load.name() + keys;
        Double last = lastRates.get(name);
        double rate = last == null ? send(load, keys, FIRST_REQUESTS, command).perSecond() : last;
        long count = Math.max(FIRST_REQUESTS, Math.min(MOST_REQUESTS, Math.round(rate * seconds)));
        GeneratorOutput output = send(load, keys, count, command);
        lastRates.put(name, output.perSecond());
        return output;
    }

    private GeneratorOutput send(Load load, int keys, long count, List<String> command)
            throws IOException, InterruptedException {
        int connections = load.isAsync() ? Math.min(ASYNC_CONNECTIONS, load.callers()) : load.callers();
        int depth = load.isAsync() ? load.callers() / connections : 1;
        List<String> all = new ArrayList<>(List.of(COMMAND, "-h", server.getHost(), "-p", "" + server.getPort()));
        all.addAll(List.of("-c", "" + connections, "-P", "" + depth, "-n", "" + count, "-r", "" + keys, "--csv"));
        all.addAll(command);
        try {
            return GeneratorOutput.in(output(all));
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static List<String> acquire() {
        long ttl = Lease.TTL.toMillis();
        return List.of(
                "EVALSHA",
                text(RedisScript.ACQUIRE.sha1()),
                "3",
                "syncguard:" + KEY_START + RANDOM,
                "syncguard:id:" + ID_START + RANDOM,
                "syncguard:fence:" + KEY_START + RANDOM,
                ID,
                Long.toString(ttl),
                Long.toString(ttl + TOLERANCE_MILLIS),
                '"' + KEY_START + RANDOM + '"');
    }

    private static List<String> release() {
        return List.of(
                "EVALSHA",
                text(RedisScript.RELEASE.sha1()),
                "1",
                "syncguard:id:" + ID_START + RANDOM,
                ID,
                "syncguard:",
                ID);
    }

    private static String text(byte[] ascii) {
        return new String(ascii, StandardCharsets.US_ASCII);
    }

    private static String output(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.waitFor();
            if (exit != 0) {
                throw new IOException(COMMAND + " ended with " + exit + ": "
                        + String.join(" ", Arrays.asList(output.split("\\R", 2))));
            }
            return output;
        } finally {
            process.destroyForcibly();
        }
    }

    @Override
    public void close() {
        // It ends by itself after each slice.
    }
}

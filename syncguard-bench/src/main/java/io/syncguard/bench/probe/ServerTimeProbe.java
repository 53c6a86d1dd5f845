package io.syncguard.bench.probe;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.bench.candidate.Lease;
import io.syncguard.bench.jmh.KeyNames;
import io.syncguard.bench.redis.RedisMonitor;
import io.syncguard.bench.redis.ScriptTime;
import io.syncguard.redis.common.RedisCall;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.common.RedisRequests;
import io.syncguard.redis.common.RedisScript;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.RedisClient;

/**
 * Measures what this library's scripts cost the server beside scripts that decode and encode JSON, by {@code INFO
 * commandstats}. Both are sent the same way, over one connection, many at a time, so that the server has nothing else to do.
 */
public final class ServerTimeProbe {
    private static final int CALLS = 4_000;
    private static final int DEPTH = 250;
    private static final byte[] TTL = ascii(Lease.TTL.toMillis());
    private static final byte[] TOLERANCE = ascii(1000);

    private final URI server;
    private final RedisMonitor monitor;

    /** Does not connect yet. */
    public ServerTimeProbe(String redisUri, RedisMonitor monitor) {
        this.server = URI.create(redisUri);
        this.monitor = monitor;
    }

    private static final class Call {
        private final byte[] sha1;
        private final List<byte[]> keys;
        private final List<byte[]> arguments;

        Call(byte[] sha1, List<byte[]> keys, List<byte[]> arguments) {
            this.sha1 = sha1;
            this.keys = keys;
            this.arguments = arguments;
        }
    }

    /** Returns how many times the cost of the others that of ours is, once for each round, after one that does not count. */
    public List<ServerTime> ratios(int rounds) {
        List<ServerTime> ratios = new ArrayList<>();
        try (RedisClient client = RedisClient.create(server.getHost(), server.getPort())) {
            monitor.load(RedisScript.ACQUIRE.source());
            monitor.load(RedisScript.RELEASE.source());
            byte[] acquire = ascii(monitor.load(ScriptFile.read("reference_acquire.lua")));
            byte[] release = ascii(monitor.load(ScriptFile.read("reference_release.lua")));
            for (int round = 0; round <= rounds; round++) {
                ServerTime ours = measure(client, ours());
                ServerTime others = measure(client, reference(acquire, release));
                if (round > 0) {
                    ratios.add(ours.over(others));
                }
            }
        }
        return ratios;
    }

    /** Returns how many microseconds our scripts of an acquire and its release take, once for each round, after one that does not count. */
    public List<Double> pairMicros(int rounds) {
        List<Double> micros = new ArrayList<>();
        try (RedisClient client = RedisClient.create(server.getHost(), server.getPort())) {
            monitor.load(RedisScript.ACQUIRE.source());
            monitor.load(RedisScript.RELEASE.source());
            for (int round = 0; round <= rounds; round++) {
                ServerTime ours = measure(client, ours());
                if (round > 0) {
                    micros.add(ours.acquire() + ours.release());
                }
            }
        }
        return micros;
    }

    /** Calls that take each of many locks, that find it taken, and that give it back. */
    private record Calls(List<Call> acquires, List<Call> contended, List<Call> releases) {
        Calls() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    private static Calls ours() {
        RedisRequests requests = new RedisRequests(RedisOptions.defaults());
        Ttl ttl = Ttl.of(Lease.TTL);
        Calls calls = new Calls();
        for (int number = 0; number < CALLS; number++) {
            LockKey key = LockKey.of(KeyNames.of(number, 0));
            LockId id = LockId.random();
            calls.acquires.add(call(requests.acquire(key, id, ttl)));
            calls.contended.add(call(requests.acquire(key, LockId.random(), ttl)));
            calls.releases.add(call(requests.release(id)));
        }
        return calls;
    }

    private static Call call(RedisCall<?> call) {
        return new Call(call.script().sha1(), List.of(call.keys()), List.of(call.arguments()));
    }

    private static Calls reference(byte[] acquire, byte[] release) {
        Calls calls = new Calls();
        for (int number = 0; number < CALLS; number++) {
            String key = KeyNames.of(number, 0);
            LockId id = LockId.random();
            calls.acquires.add(referenceAcquire(acquire, key, id));
            calls.contended.add(referenceAcquire(acquire, key, LockId.random()));
            calls.releases.add(new Call(
                    release, List.of(ascii("syncguard:id:" + id.value())), List.of(ascii(id.value()), TOLERANCE)));
        }
        return calls;
    }

    private static Call referenceAcquire(byte[] script, String key, LockId id) {
        return new Call(
                script,
                List.of(
                        ascii("syncguard:" + key),
                        ascii("syncguard:id:" + id.value()),
                        ascii("syncguard:fence:" + key)),
                List.of(ascii(id.value()), TTL, TOLERANCE, ascii(key)));
    }

    private ServerTime measure(RedisClient client, Calls calls) {
        monitor.empty();
        double acquire = send(client, calls.acquires);
        double contended = send(client, calls.contended);
        double release = send(client, calls.releases);
        return new ServerTime(acquire, contended, release);
    }

    private double send(RedisClient client, List<Call> calls) {
        ScriptTime before = monitor.scriptTime();
        for (int from = 0; from < calls.size(); from += DEPTH) {
            try (AbstractPipeline pipeline = client.pipelined()) {
                for (Call call : calls.subList(from, Math.min(from + DEPTH, calls.size()))) {
                    pipeline.evalsha(call.sha1, call.keys, call.arguments);
                }
                pipeline.sync();
            }
        }
        return monitor.scriptTime().minus(before).each();
    }

    private static byte[] ascii(long number) {
        return ascii(Long.toString(number));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

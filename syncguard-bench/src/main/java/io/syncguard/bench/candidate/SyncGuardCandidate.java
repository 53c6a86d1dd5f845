package io.syncguard.bench.candidate;

import io.syncguard.GuardOptions;
import io.syncguard.SyncGuard;
import io.syncguard.testservers.FirestoreEmulator;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** This library on one of its backends, opened by URI with all defaults. */
final class SyncGuardCandidate implements Candidate {
    private static final String REDIS = "redis:";
    private static final String CLUSTER = "redis-cluster:";
    private static final String FIRESTORE = "syncguard-firestore";

    private final String name;
    private final String title;
    private final boolean contends;
    private final boolean acrossJvms;
    private final boolean inCluster;
    private final UnaryOperator<String> uriForRedisUri;
    private final Supplier<GuardOptions> options;

    private SyncGuardCandidate(
            String name,
            String title,
            boolean contends,
            boolean acrossJvms,
            boolean inCluster,
            UnaryOperator<String> uriForRedisUri,
            Supplier<GuardOptions> options) {
        this.name = name;
        this.title = title;
        this.contends = contends;
        this.acrossJvms = acrossJvms;
        this.inCluster = inCluster;
        this.uriForRedisUri = uriForRedisUri;
        this.options = options;
    }

    static Candidate jedis() {
        return redis("syncguard-jedis", "SyncGuard, Jedis", "jedis");
    }

    static Candidate lettuce() {
        return redis("syncguard-lettuce", "SyncGuard, Lettuce", "lettuce");
    }

    private static Candidate redis(String name, String title, String client) {
        return new SyncGuardCandidate(
                name,
                title,
                true,
                true,
                false,
                uri -> "redis+" + client + ":" + uri.substring(REDIS.length()),
                GuardOptions::defaults);
    }

    /** In a cluster, which no race is in. */
    static Candidate jedisInCluster() {
        return new SyncGuardCandidate(
                "syncguard-jedis-cluster",
                "SyncGuard, Jedis, cluster",
                false,
                true,
                true,
                uri -> "redis-cluster+jedis:" + uri.substring(CLUSTER.length()),
                GuardOptions::defaults);
    }

    /** The ceiling: no server and no network. All clients of a JVM share one store. */
    static Candidate memory() {
        return new SyncGuardCandidate(
                "syncguard-memory",
                "SyncGuard, memory",
                true,
                false,
                false,
                uri -> "memory:bench",
                GuardOptions::defaults);
    }

    /** The same with somebody who is told, beside which one can see what having nobody saves. */
    static Candidate memoryTelling(Observation told) {
        return new SyncGuardCandidate(
                "syncguard-memory-" + told.suffix(),
                "SyncGuard, memory, with " + told.title(),
                false,
                false,
                false,
                uri -> "memory:bench",
                told::options);
    }

    /** Jedis with somebody who is told. */
    static Candidate jedisTelling(Observation told) {
        return new SyncGuardCandidate(
                "syncguard-jedis-" + told.suffix(),
                "SyncGuard, Jedis, with " + told.title(),
                false,
                true,
                false,
                uri -> "redis+jedis:" + uri.substring(REDIS.length()),
                told::options);
    }

    /** On Google's emulator, whose address the environment of the JVM names. Its waiters poll, so it is in no race. */
    static Candidate firestore() {
        return new SyncGuardCandidate(
                FIRESTORE,
                "SyncGuard, Firestore (emulator)",
                false,
                true,
                false,
                uri -> "firestore://syncguard-bench",
                GuardOptions::defaults);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public Kind kind() {
        return Kind.OURS;
    }

    @Override
    public boolean waits() {
        return contends;
    }

    @Override
    public Optional<String> missing() {
        return name.equals(FIRESTORE) && !FirestoreEmulator.isAvailable()
                ? Optional.of("the Firestore emulator is not installed (package google-cloud-cli-firestore-emulator)")
                : Optional.empty();
    }

    @Override
    public boolean acrossJvms() {
        return acrossJvms;
    }

    @Override
    public boolean inCluster() {
        return inCluster;
    }

    @Override
    public Client open(String redisUri, int callers) {
        Client client = new SyncGuardClient(SyncGuard.connect(uriForRedisUri.apply(redisUri), options.get()));
        return inCluster ? new PairsOnly(client) : client;
    }
}

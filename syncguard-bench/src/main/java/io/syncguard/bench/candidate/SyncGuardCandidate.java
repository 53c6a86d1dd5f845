package io.syncguard.bench.candidate;

import io.syncguard.SyncGuard;
import java.util.function.UnaryOperator;

/** This library on one of its backends. */
final class SyncGuardCandidate implements Candidate {
    private static final String REDIS = "redis:";

    private final String name;
    private final String title;
    private final boolean acrossJvms;
    private final UnaryOperator<String> uriForRedisUri;

    private SyncGuardCandidate(String name, String title, boolean acrossJvms, UnaryOperator<String> uriForRedisUri) {
        this.name = name;
        this.title = title;
        this.acrossJvms = acrossJvms;
        this.uriForRedisUri = uriForRedisUri;
    }

    static Candidate jedis() {
        return new SyncGuardCandidate("syncguard-jedis", "SyncGuard, Jedis", true, uri -> through("jedis", uri));
    }

    static Candidate lettuce() {
        return new SyncGuardCandidate("syncguard-lettuce", "SyncGuard, Lettuce", true, uri -> through("lettuce", uri));
    }

    /** The ceiling: no server and no network. All clients of a JVM share one store. */
    static Candidate memory() {
        return new SyncGuardCandidate("syncguard-memory", "SyncGuard, memory", false, uri -> "memory:hand-off");
    }

    private static String through(String client, String redisUri) {
        return "redis+" + client + ":" + redisUri.substring(REDIS.length());
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
    public boolean acrossJvms() {
        return acrossJvms;
    }

    @Override
    public Client open(String redisUri, int contenders) {
        SyncGuard guard = SyncGuard.connect(uriForRedisUri.apply(redisUri));
        return new SyncGuardClient(guard);
    }
}

package io.syncguard.bench.candidate;

import java.util.List;
import java.util.Optional;
import org.springframework.integration.redis.util.RedisLockRegistry.RedisLockType;

/** All that can be measured. */
public final class Candidates {
    /** In the order of the report. */
    public static final List<Candidate> ALL = List.of(
            SyncGuardCandidate.jedis(),
            SyncGuardCandidate.lettuce(),
            SyncGuardCandidate.memory(),
            RedissonCandidate.lock(),
            RedissonCandidate.fencedLock(),
            new SpringCandidate("spring-pubsub", "pub/sub", RedisLockType.PUB_SUB_LOCK),
            new SpringCandidate("spring-spin", "spin", RedisLockType.SPIN_LOCK));

    private Candidates() {}

    public static List<String> names() {
        return ALL.stream().map(Candidate::name).toList();
    }

    public static Optional<Candidate> named(String name) {
        return ALL.stream().filter(candidate -> candidate.name().equals(name)).findFirst();
    }
}

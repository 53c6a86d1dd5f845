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
            HandedInJedisCandidate.onOneServer(),
            SyncGuardCandidate.jedisInCluster(),
            HandedInJedisCandidate.inACluster(),
            SyncGuardCandidate.memory(),
            SyncGuardCandidate.memoryTelling(Observation.LISTENER),
            SyncGuardCandidate.memoryTelling(Observation.METERS),
            SyncGuardCandidate.memoryTelling(Observation.OBSERVATIONS),
            SyncGuardCandidate.jedisTelling(Observation.METERS),
            SyncGuardCandidate.jedisTelling(Observation.OBSERVATIONS),
            SyncGuardCandidate.firestore(),
            RawJedisCandidate.onOneServer(),
            RawJedisCandidate.inACluster(),
            new RawLettuceCandidate(),
            RedissonCandidate.lock(),
            RedissonCandidate.fencedLock(),
            new ShedLockJedisCandidate(),
            new ShedLockLettuceCandidate(),
            new SpringCandidate("spring-pubsub", "pub/sub", RedisLockType.PUB_SUB_LOCK),
            new SpringCandidate("spring-spin", "spin", RedisLockType.SPIN_LOCK));

    /** Those among them that contend for a lock in Redis or in memory, in the same order. */
    public static final List<Candidate> CONTENDING =
            ALL.stream().filter(Candidate::waits).toList();

    private Candidates() {}

    /** Returns what the command line calls some of them. */
    public static List<String> names(List<Candidate> candidates) {
        return candidates.stream().map(Candidate::name).toList();
    }

    /** Returns the one that the command line calls so, or nothing. */
    public static Optional<Candidate> named(String name) {
        return ALL.stream().filter(candidate -> candidate.name().equals(name)).findFirst();
    }
}

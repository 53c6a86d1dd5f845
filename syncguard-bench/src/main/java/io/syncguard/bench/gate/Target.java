package io.syncguard.bench.gate;

import static io.syncguard.bench.gate.Bound.atLeast;
import static io.syncguard.bench.gate.Bound.atMost;
import static io.syncguard.bench.gate.Bound.below;

/**
 * All that the library is held to. What is a ratio was measured side by side in one run, and is missed only if it is beyond
 * the bound by more than two runs differ. Some have another bound on a slow machine, which is the second one.
 */
enum Target {
    OPERATIONS("T1", "operations a second, Jedis, 8 threads, so 8 connections", atLeast(25_000)),

    FLOOR_JEDIS_1("T2", "pairs/s of bare Jedis, 1 thread", atLeast(0.95).ofTimes()),
    FLOOR_JEDIS_8("T2", "pairs/s of bare Jedis, 8 threads", atLeast(0.95).ofTimes()),
    FLOOR_JEDIS_32("T2", "pairs/s of bare Jedis, 32 threads", atLeast(0.95).ofTimes()),
    FLOOR_LETTUCE_1("T2", "pairs/s of bare Lettuce, 1 thread", atLeast(0.95).ofTimes()),
    FLOOR_LETTUCE_8("T2", "pairs/s of bare Lettuce, 8 threads", atLeast(0.95).ofTimes()),
    FLOOR_LETTUCE_32("T2", "pairs/s of bare Lettuce, 32 threads", atLeast(0.95).ofTimes()),
    FLOOR_LETTUCE_ASYNC(
            "T2", "pairs/s of bare Lettuce, 256 in flight", atLeast(0.95).ofTimes()),

    FENCED_8(
            "T3",
            "pairs/s of Redisson RFencedLock, Jedis, 8 threads",
            atLeast(2.2).ofTimes()),
    FENCED_32(
            "T3",
            "pairs/s of Redisson RFencedLock, Lettuce, 32 threads",
            atLeast(3).ofTimes()),
    FENCED_ASYNC(
            "T3",
            "pairs/s of Redisson RFencedLock, Lettuce, 256 in flight",
            atLeast(2.2).ofTimes()),
    FENCED_P50("T3", "p50 of Redisson RFencedLock, where it is worst", below(1)),
    FENCED_P99("T3", "p99 of Redisson RFencedLock, where it is worst", below(1), atMost(1.1)),

    SHEDLOCK_JEDIS(
            "T4",
            "pairs/s of ShedLock on Jedis, where it is worst",
            atLeast(0.75).ofTimes(),
            atLeast(0.6).ofTimes()),
    SHEDLOCK_LETTUCE(
            "T4",
            "pairs/s of ShedLock on Lettuce, 32 threads",
            atLeast(1.1).ofTimes(),
            atLeast(0.9).ofTimes()),

    SERVER_ACQUIRE(
            "T5",
            "server time of scripts that decode JSON, acquire",
            atMost(0.9).ofTimes()),
    SERVER_RELEASE(
            "T5",
            "server time of scripts that decode JSON, release",
            atMost(0.8).ofTimes()),
    SERVER_CONTENDED(
            "T5",
            "server time of scripts that decode JSON, contended acquire",
            atMost(1).ofTimes()),

    LATENCY("T6", "p50 of the load generator in C, Jedis, 1 thread", atMost(1.1).ofTimes()),

    BYTES_JEDIS("T7", "bytes a pair of bare Jedis, 8 threads", atMost(1.3)),
    BYTES_LETTUCE("T7", "bytes a pair of bare Lettuce, 8 threads", atMost(1.3)),

    HAND_OFF_2(
            "T8",
            "hand-off p50 of Redisson RLock, 2 contenders, where it is worst",
            atMost(0.8).ofTimes()),
    HAND_OFF_8(
            "T8",
            "hand-off p50 of Redisson RLock, 8 contenders, where it is worst",
            atMost(0.75).ofTimes()),
    WORST_WAIT(
            "T8",
            "worst wait of Spring's pub/sub, if beyond 20 ms, where it is worst",
            atMost(1).ofTimes()),
    TURNS("T8", "fewest of most turns, where it is worst", atLeast(0.8)),
    TIMEOUTS("T8", "waits that timed out or failed", atMost(0)),
    SCRIPTS("T8", "scripts a section, 8 contenders, where it is worst", atMost(5)),

    LOCK_BYTES("T9", "bytes in Redis of a held lock, key of 17 bytes", atMost(440)),
    COUNTER_BYTES("T9", "bytes in Redis that stay, a counter", atMost(88)),
    WAITERS("T9", "connections that 200 waiters listen on, where it is worst", atMost(1)),

    GROWTH(
            "T10",
            "pairs/s at 1,000,000 live locks of those at 1,000, where it is worst",
            atLeast(0.9).ofTimes(),
            atLeast(0.85).ofTimes()),
    HEARTBEATS("T10", "% of a core for 10,000 heartbeats, where it is worst", below(5)),

    HANDED_IN(
            "T11",
            "pairs/s of bare Jedis through a client that the application handed in, 1 / 8 / 32 threads, where it is worst",
            atLeast(0.9).ofTimes()),

    CLUSTER(
            "T12",
            "pairs/s of a bare RedisClusterClient, Jedis in a cluster, 8 threads, where it is worst",
            atLeast(0.9).ofTimes());

    private final String group;
    private final String title;
    private final Bound bound;
    private final Bound slowBound;

    Target(String group, String title, Bound bound) {
        this(group, title, bound, bound);
    }

    Target(String group, String title, Bound bound, Bound slowBound) {
        this.group = group;
        this.title = title;
        this.bound = bound;
        this.slowBound = slowBound;
    }

    /** Returns which of the twelve kinds of target it belongs to, from T1 to T12. */
    String group() {
        return group;
    }

    String title() {
        return title;
    }

    Bound bound(MachineMode mode) {
        return mode.isSlow() ? slowBound : bound;
    }
}

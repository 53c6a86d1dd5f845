package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.fail;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How often callers under load failed, by code, and the first failure of each code. Thread-safe. */
final class FailureCount {
    private final Map<LockErrorCode, LongAdder> counts = new ConcurrentHashMap<>();
    private final Map<LockErrorCode, LockException> firsts = new ConcurrentHashMap<>();
    private final LongAdder unknown = new LongAdder();

    void add(LockException failure) {
        firsts.putIfAbsent(failure.code(), failure);
        counts.computeIfAbsent(failure.code(), code -> new LongAdder()).increment();
        if (failure.isOutcomeUnknown()) {
            unknown.increment();
        }
    }

    long all() {
        return counts.values().stream().mapToLong(LongAdder::sum).sum();
    }

    /** Returns how many of them left unknown what became of the operation. */
    long unknown() {
        return unknown.sum();
    }

    /** Fails the test on any other code. */
    void assertOnly(Set<LockErrorCode> expected) {
        firsts.forEach((code, first) -> {
            if (!expected.contains(code)) {
                fail(
                        "%d of %d failures are %s; the first of them:"
                                .formatted(counts.get(code).sum(), all(), code),
                        first);
            }
        });
    }
}

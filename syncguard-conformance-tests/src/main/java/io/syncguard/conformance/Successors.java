package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.spi.LockBackend;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Those that reach for a held key, each again and again, until one of them has it. */
final class Successors {
    private final LockBackend backend;
    private final LockBackend another;
    private final LockKey key;
    private final Queue<Held> holders = new ConcurrentLinkedQueue<>();

    Successors(LockBackend backend, LockBackend another, LockKey key) {
        this.backend = backend;
        this.another = another;
        this.key = key;
    }

    List<Callable<Object>> contenders() {
        return List.of(() -> reach(another), () -> reach(backend));
    }

    private Object reach(LockBackend via) {
        LockId id = via.newLockId(key);
        Await.untilAtOnce("ACQ-1 a key that is released can be acquired", () -> {
            Held.attempt(via, key, id).ifPresent(holders::add);
            return !holders.isEmpty();
        });
        return holders;
    }

    /** Asserts that one has the lock, as it was acquired, and releases it. */
    void assertHolder(String rule, String when) {
        assertThat(holders).as(rule + " the next holder " + when).hasSize(1);
        holders.element().assertHeld(rule, when, backend);
    }
}

package io.syncguard.redis.common;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What led to an exception. Stateless. */
final class Causes {
    private Causes() {}

    /**
     * Returns an exception with all its causes and what was suppressed: clients for a cluster attach so what they met at its nodes. Empty
     * for null.
     */
    static Set<Throwable> of(@Nullable Throwable thrown) {
        Set<Throwable> all = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Throwable> next = new ArrayDeque<>();
        if (thrown != null) {
            next.add(thrown);
        }
        while (!next.isEmpty()) {
            Throwable each = next.poll();
            if (all.add(each)) {
                if (each.getCause() != null) {
                    next.add(each.getCause());
                }
                Collections.addAll(next, each.getSuppressed());
            }
        }
        return all;
    }
}

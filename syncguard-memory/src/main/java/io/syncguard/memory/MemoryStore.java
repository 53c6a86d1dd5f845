package io.syncguard.memory;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Where memory backends keep their locks: the "server" of this module. Backends that share a store share its locks,
 * as processes that use one Redis do. Thread-safe. {@link TestLocks} moves its clock and makes its calls fail.
 */
public final class MemoryStore {
    private static final Map<String, MemoryStore> SHARED = new ConcurrentHashMap<>();

    private final MemoryClock clock = new MemoryClock();
    private final Map<String, MemoryKeyspace> keyspaces = new ConcurrentHashMap<>();

    /** Null until a test scripts calls, so that nothing is asked on the way of those that are not scripted. */
    private volatile @Nullable CallScript script;

    /** Creates an empty store. */
    public MemoryStore() {}

    /** Returns the store that all of this JVM share by a name. */
    static MemoryStore shared(String name) {
        return SHARED.computeIfAbsent(name, unused -> new MemoryStore());
    }

    MemoryClock clock() {
        return clock;
    }

    /** Returns the locks under a prefix. */
    MemoryKeyspace under(String prefix) {
        return keyspaces.computeIfAbsent(prefix, unused -> new MemoryKeyspace(clock));
    }

    /** Deletes a key's live lock under every prefix, and returns whether there was one. */
    boolean lose(String stored) {
        boolean found = false;
        for (MemoryKeyspace keyspace : keyspaces.values()) {
            found |= keyspace.lose(stored);
        }
        return found;
    }

    /** Returns what calls are to go through; null if they go straight to the locks. */
    @Nullable
    CallScript script() {
        return script;
    }

    /** Returns whether calls take time, and so must not run on threads that may not block. */
    boolean isSlow() {
        CallScript known = script;
        return known != null && known.isSlow();
    }

    /** Has all calls from now on go through a script. */
    synchronized CallScript scripted() {
        CallScript known = script;
        if (known == null) {
            known = new CallScript(clock);
            clock.addJumpListener(known);
            script = known;
        }
        return known;
    }
}

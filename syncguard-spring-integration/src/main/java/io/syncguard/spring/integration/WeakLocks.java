package io.syncguard.spring.integration;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One lock object for each key, for as long as somebody refers to it. Thread-safe. */
final class WeakLocks {
    private final ConcurrentMap<String, Known> known = new ConcurrentHashMap<>();
    private final ReferenceQueue<RegistryLock> unused = new ReferenceQueue<>();

    private static final class Known extends WeakReference<RegistryLock> {
        private final String name;

        Known(String name, RegistryLock lock, ReferenceQueue<RegistryLock> unused) {
            super(lock, unused);
            this.name = name;
        }
    }

    /** Returns the lock of a name, which is made if there is none. */
    RegistryLock get(String name, Function<String, RegistryLock> maker) {
        forgetUnused();
        RegistryLock made = null;
        while (true) {
            Known before = known.get(name);
            RegistryLock lock = before == null ? null : before.get();
            if (lock != null) {
                return lock;
            }
            if (made == null) {
                made = maker.apply(name);
            }
            if (replaced(name, before, new Known(name, made, unused))) {
                return made;
            }
        }
    }

    private boolean replaced(String name, @Nullable Known before, Known after) {
        return before == null ? known.putIfAbsent(name, after) == null : known.replace(name, before, after);
    }

    /** Forgets locks that nobody refers to any more. */
    void forgetUnused() {
        for (Object next = unused.poll(); next != null; next = unused.poll()) {
            if (next instanceof Known gone) {
                known.remove(gone.name, gone);
            }
        }
    }

    int size() {
        return known.size();
    }
}

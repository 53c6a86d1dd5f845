package io.syncguard.firestore;

import io.syncguard.CheckReturnValue;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The knowledge that this backend has of its own locks without asking: which ids it made, where their locks are, and the documents as it wrote them.
 * It saves reads and queries, and nothing rests on it: a write on a document that has changed since fails, and then the backend looks.
 * Bounded; thread-safe.
 */
final class KnownLocks {
    private static final int MOST = 50_000;

    /** After so long somebody else has probably acquired a key that others want too, and the write would be in vain. */
    private static final Duration FREE_FOR = Duration.ofSeconds(30);

    /** Apart from the locks that are held, which ids of attempts that were in vain must not push out. */
    private final Map<LockId, LockKey> made = new Bounded<>();

    private final Map<LockId, Held> held = new Bounded<>();
    private final Map<LockKey, Written> free = new Bounded<>();
    private final Map<LockId, Attempts> attempts = new LinkedHashMap<>();

    /** How many attempts of an id are under way, all for one key. */
    private record Attempts(LockKey key, int count) {}

    /**
     * A document as it was written or read last.
     *
     * @param time the time of that commit or read
     */
    record Written(LockDocument document, ServerTime time) {}

    private record Held(LockKey key, Written written) {}

    private static final class Bounded<K, V> extends LinkedHashMap<K, V> {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > MOST;
        }
    }

    /** Remembers an id that this backend has made. */
    synchronized void made(LockId id, LockKey key) {
        made.put(id, key);
    }

    /** Returns whether the id was made here for the key, so that it cannot hold another one. */
    synchronized boolean wasMadeFor(LockId id, LockKey key) {
        return key.equals(made.get(id));
    }

    /**
     * Begins an attempt of an id; {@link #attemptEnds} must follow if it answers true.
     *
     * @return false if the id is another key's: it was made for that key, or there is an attempt under way
     */
    @CheckReturnValue
    synchronized boolean attemptBegins(LockId id, LockKey key) {
        LockKey madeFor = made.get(id);
        if (madeFor != null && !madeFor.equals(key)) {
            return false;
        }
        Attempts others = attempts.get(id);
        if (others != null && !others.key.equals(key)) {
            return false;
        }
        attempts.put(id, new Attempts(key, others == null ? 1 : others.count + 1));
        return true;
    }

    synchronized void attemptEnds(LockId id) {
        attempts.computeIfPresent(id, (same, all) -> all.count == 1 ? null : new Attempts(all.key, all.count - 1));
    }

    /** Remembers the lock that an id holds. */
    synchronized void holds(LockId id, LockKey key, Written written) {
        held.remove(id);
        held.put(id, new Held(key, written));
    }

    /** Remembers what an extension has changed. */
    synchronized void changed(LockId id, Written written) {
        Held known = held.remove(id);
        if (known != null) {
            held.put(id, new Held(known.key, written));
        }
    }

    synchronized Optional<Written> heldBy(LockId id) {
        return Optional.ofNullable(held.get(id)).map(Held::written);
    }

    /** Forgets an id that holds nothing any more. */
    synchronized void over(LockId id) {
        made.remove(id);
        held.remove(id);
    }

    /** Forgets an id and remembers that its key is free. */
    synchronized void released(LockId id, Written written) {
        LockKey madeFor = made.remove(id);
        Held known = held.remove(id);
        LockKey key = known == null ? madeFor : known.key;
        if (key != null && !written.document.awaited()) {
            free.remove(key);
            free.put(key, written);
        }
    }

    /** Returns the document of a key that this backend has released last, as far as it knows. Answers each once. */
    synchronized Optional<Written> takeFree(LockKey key) {
        Written written = free.remove(key);
        return written != null
                        && written.time.isPrecise()
                        && System.nanoTime() - written.time.sentNanos() < FREE_FOR.toNanos()
                ? Optional.of(written)
                : Optional.empty();
    }
}

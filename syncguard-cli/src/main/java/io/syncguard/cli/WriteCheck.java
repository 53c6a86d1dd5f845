package io.syncguard.cli;

import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.LockBackend;
import java.time.Duration;
import java.time.Instant;

/** Acquires and releases a lock on a key that is reserved for that. Stateless. */
final class WriteCheck {
    static final String KEY = "syncguard:doctor";

    private static final String NAME = "a lock";
    private static final Ttl TTL = new Ttl(10_000);

    private WriteCheck() {}

    /** Blocks for two round trips. Leaves the key's counter or document, and no lock. */
    static void run(LockBackend backend, Findings findings) {
        LockKey key = LockKey.of(KEY);
        LockId id = backend.newLockId(key);
        try {
            Instant sent = Instant.now();
            AcquireResult result = backend.acquire(key, id, TTL);
            Instant received = Instant.now();
            if (result instanceof Acquired acquired) {
                var unused = backend.release(id);
                findings.ok(NAME, "was acquired and released, with the token " + acquired.fence());
                if (!backend.name().startsWith("redis")) {
                    tellClock(acquired, sent, received, findings);
                }
            } else {
                findings.note(NAME, "was not acquired: somebody else has the lock of '" + KEY + "'", "");
            }
        } catch (LockException e) {
            findings.fail(NAME, "could not be acquired and released: " + FailureWords.of(e), "", "");
            settle(backend, key, id);
        }
    }

    /** The end of a lock is its ttl after the server's time. */
    private static void tellClock(Acquired acquired, Instant sent, Instant received, Findings findings) {
        Duration half = Duration.between(sent, received).dividedBy(2);
        Instant servers = acquired.expiresAt().minusMillis(TTL.millis());
        ClockWords.tell(findings, Duration.between(sent.plus(half), servers), half);
    }

    private static void settle(LockBackend backend, LockKey key, LockId id) {
        try {
            backend.abandon(key, id, TTL);
        } catch (LockException e) {
            // It ends by itself after its ttl, which is short.
        }
    }
}

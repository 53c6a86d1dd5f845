package io.syncguard.internal.observe;

import io.syncguard.FenceToken;
import io.syncguard.LockKey;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Warns once per key and process when its tokens come near their end (FEN-3), and for no more than a thousand keys. Thread-safe. */
public final class FenceExhaustionWarner {
    private static final Logger LOGGER = System.getLogger(FenceExhaustionWarner.class.getName());
    private static final int MOST_WARNINGS = 1_000;
    private static final Set<String> WARNED = ConcurrentHashMap.newKeySet();

    /** Takes note of a token that was granted. */
    public void saw(LockKey key, FenceToken fence) {
        if (fence.value() > FenceToken.WARN_VALUE && WARNED.size() < MOST_WARNINGS && WARNED.add(key.fingerprint())) {
            LOGGER.log(
                    Level.WARNING,
                    "lock {0}: its fencing token {1} has passed {2}; above {3} the key can no longer be locked. Use another key from now on",
                    key.fingerprint(),
                    fence,
                    Long.toString(FenceToken.WARN_VALUE),
                    Long.toString(FenceToken.MAX_VALUE));
        }
    }
}

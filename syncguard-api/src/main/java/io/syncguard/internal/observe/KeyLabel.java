package io.syncguard.internal.observe;

import io.syncguard.LockKey;
import io.syncguard.LockLabel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The label of a key's lock. Immutable.
 *
 * @param lockKey the raw key
 * @param lockName null if the lock has no name
 * @param showsKey whether the raw key may be shown
 */
record KeyLabel(LockKey lockKey, @Nullable String lockName, boolean showsKey) implements LockLabel {
    @Override
    public Optional<String> name() {
        return Optional.ofNullable(lockName);
    }

    @Override
    public String keyFingerprint() {
        return lockKey.fingerprint();
    }

    @Override
    public Optional<String> key() {
        return showsKey ? Optional.of(lockKey.value()) : Optional.empty();
    }

    @Override
    public String toString() {
        String named = lockName == null ? keyFingerprint() : lockName + " " + keyFingerprint();
        return showsKey ? named + " \"" + lockKey.value() + "\"" : named;
    }
}

package io.syncguard.redis.common;

import org.jspecify.annotations.Nullable;

/** Something that can say what stands for it in messages; asked only when there is a message (KEY-8). */
@FunctionalInterface
public interface Fingerprinted {
    /** Where no one lock is concerned. */
    Fingerprinted NO_ONE_LOCK = () -> null;

    /** Returns the 24 hex digits, or null where no one lock is concerned. */
    @Nullable
    String fingerprint();
}

package io.syncguard.redis.common;

/** Something that can say what stands for it in messages; asked only when there is a message (KEY-8). */
@FunctionalInterface
public interface Fingerprinted {
    /** Returns the 24 hex digits. */
    String fingerprint();
}

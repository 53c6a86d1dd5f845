package io.syncguard.redis.common;

import io.syncguard.spi.HoldBacks;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Which keys this process waits for, and whose turn it is, by the word of releases and messages. Thread-safe. */
final class Turns {
    /** Several times what a message and an attempt take in a data centre. */
    private static final Duration HOLD_BACK = Duration.ofMillis(2);

    private final String process;
    private final Map<String, Runnable> waiting = new ConcurrentHashMap<>();
    private final HoldBacks holdBacks = new HoldBacks(HOLD_BACK);
    private volatile @Nullable Unwanted unwanted;

    /** What becomes of a turn that nobody here wants any more. */
    @FunctionalInterface
    interface Unwanted {
        void passOn(String stored);
    }

    /** Creates it for a process, more precisely a backend, of a random name. */
    Turns(String process) {
        this.process = process;
    }

    String process() {
        return process;
    }

    void onUnwanted(Unwanted handler) {
        unwanted = handler;
    }

    void enter(String stored, Runnable wake) {
        waiting.put(stored, wake);
    }

    void leave(String stored, Runnable wake) {
        waiting.remove(stored, wake);
    }

    /** Makes nothing of the key while nobody waits. */
    Duration holdBack(Supplier<String> stored) {
        return holdBacks.isEmpty() ? Duration.ZERO : holdBacks.of(stored.get());
    }

    /** A release of ours says whose turn it is. */
    void released(boolean ours, String stored) {
        if (ours) {
            ourTurn(stored);
        } else {
            holdBacks.wokenElsewhere(stored);
        }
    }

    /** It is this process's turn. */
    void ourTurn(String stored) {
        Runnable wake = waiting.get(stored);
        Unwanted handler = unwanted;
        if (wake != null) {
            wake.run();
        } else if (handler != null) {
            handler.passOn(stored);
        }
    }

    /** Something may have been missed. */
    void everybodysTurn() {
        waiting.values().forEach(Runnable::run);
    }
}

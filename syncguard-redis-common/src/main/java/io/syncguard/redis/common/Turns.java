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

    /** What they take where all is near, so that processors and the server are his alone for that long. */
    private static final Duration STAND_ASIDE = Duration.ofNanos(500_000);

    private final String process;
    private final Map<String, Waiter> waiting = new ConcurrentHashMap<>();
    private final HoldBacks holdBacks = new HoldBacks(HOLD_BACK);
    private final HoldBacks standAsides = new HoldBacks(STAND_ASIDE);
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

    void enter(String stored, Waiter waiter) {
        waiting.put(stored, waiter);
    }

    /** A turn that he was called for, and did not use, is the next one's. */
    void leave(String stored, Waiter waiter) {
        waiting.remove(stored, waiter);
        if (waiter.leavesTurn()) {
            passOn(stored);
        }
    }

    /** Makes nothing of the key while nobody waits. */
    Duration holdBack(Supplier<String> stored) {
        return holdBacks.isEmpty() ? Duration.ZERO : holdBacks.of(stored.get());
    }

    /** Returns how long to stay away altogether; makes nothing of the key while nobody waits. */
    Duration standAside(Supplier<String> stored) {
        return standAsides.isEmpty() ? Duration.ZERO : standAsides.of(stored.get());
    }

    /** Returns where the fence counter stood at the release that is held back for. */
    String counter(String stored) {
        return holdBacks.note(stored).orElse("");
    }

    /**
     * A release of ours says that somebody in another process was told.
     *
     * @param counter where the lock's fence counter stands
     * @param standAside whether he is the only one that waits, and not back in an instant if his section is like ours
     */
    void wokenElsewhere(String stored, String counter, boolean standAside) {
        holdBacks.wokenElsewhere(stored, counter);
        if (standAside) {
            standAsides.wokenElsewhere(stored);
        } else {
            standAsides.over(stored);
        }
    }

    /** It is this process's turn. */
    void ourTurn(String stored) {
        holdBacks.over(stored);
        standAsides.over(stored);
        Waiter waiter = waiting.get(stored);
        if (waiter == null) {
            passOn(stored);
            return;
        }
        waiter.call();
        if (waiting.get(stored) != waiter && waiter.leavesTurn()) {
            // He left just before he was called.
            passOn(stored);
        }
    }

    private void passOn(String stored) {
        Unwanted handler = unwanted;
        if (handler != null) {
            handler.passOn(stored);
        }
    }

    /** Something may have been missed. */
    void everybodysTurn() {
        waiting.values().forEach(Waiter::call);
    }
}

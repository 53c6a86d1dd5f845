package io.syncguard.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.syncguard.LockRecord;
import io.syncguard.spi.ListedLock;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;

/**
 * A lock as it is shown. All its times are by the server's clock. Immutable.
 *
 * @param waiting how many processes wait; empty if that is not known
 */
record LockView(LockRecord lock, OptionalInt waiting) {
    static LockView of(ListedLock listed) {
        return new LockView(listed.lock(), listed.waiting());
    }

    String fingerprint() {
        return lock.info().keyFingerprint();
    }

    /** Returns since when it is held. Within the tolerance the server's time is not known, and its end stands for it. */
    Duration held() {
        return Duration.between(lock.acquiredAt(), lock.expiresAt().minus(lock.remaining()));
    }

    Duration left() {
        return lock.remaining();
    }

    /** Returns how much is left, in words. */
    String leftInWords() {
        return left().isZero() ? "ending" : HumanDuration.of(left());
    }

    String waitingInWords() {
        return waiting.isPresent() ? Integer.toString(waiting.getAsInt()) : "-";
    }

    String holder() {
        return lock.holder().orElse("-");
    }

    /** Adds what is shown to an object of JSON. */
    void describe(ObjectNode json, boolean keys, boolean ids) {
        json.put("fingerprint", fingerprint());
        if (keys) {
            json.put("key", lock.key());
        }
        if (ids) {
            json.put("id", lock.id().value());
        }
        json.put("token", lock.fence().value());
        if (lock.holder().isPresent()) {
            json.put("holder", lock.holder().get());
        }
        if (waiting.isPresent()) {
            json.put("waiting", waiting.getAsInt());
        }
        time(json, "acquiredAt", lock.acquiredAt());
        time(json, "expiresAt", lock.expiresAt());
        json.put("heldMillis", held().toMillis());
        json.put("leftMillis", left().toMillis());
    }

    private static void time(ObjectNode json, String name, Instant time) {
        json.put(name, time.toString());
        json.put(name + "Millis", time.toEpochMilli());
    }
}

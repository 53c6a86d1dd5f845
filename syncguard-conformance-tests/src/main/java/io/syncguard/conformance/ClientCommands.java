package io.syncguard.conformance;

import io.syncguard.HeldLock;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOptions;
import io.syncguard.LockRecord;
import io.syncguard.SyncGuard;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.LockBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What a {@link ClientProcess} does when it is told to. A command and its answer are a line of words each; {@link ProcessBackend} is the
 * other end.
 */
final class ClientCommands implements AutoCloseable {
    /** What the answer to a command begins with that failed. */
    static final String FAILED = "failed ";

    /** Stands for what is not known, or not there. */
    static final String NONE = "-";

    private final LockBackend backend;
    private final LongSupplier clockMillis;
    private final List<SyncGuard> guards = new ArrayList<>();
    private final List<HeldLock> kept = new ArrayList<>();
    private boolean listens;

    /**
     * Obeys commands by a backend.
     *
     * @param clockMillis the process's wall clock
     */
    ClientCommands(LockBackend backend, LongSupplier clockMillis) {
        this.backend = backend;
        this.clockMillis = clockMillis;
    }

    /**
     * Obeys a command.
     *
     * @param command its name, and arguments behind blanks. Keys have no blanks
     * @return the answer; after a failure it says which
     */
    String answer(String command) {
        List<String> words = List.of(command.split(" "));
        try {
            return answer(words.get(0), words.subList(1, words.size()));
        } catch (RuntimeException | AssertionError e) {
            return FAILED + e.toString().replaceAll("\\R", " ");
        }
    }

    private String answer(String name, List<String> arguments) {
        return switch (name) {
            case "clock" -> Long.toString(clockMillis.getAsLong());
            case "newId" -> backend.newLockId(key(arguments)).value();
            case "acquire" -> text(backend.acquire(key(arguments), LockId.of(arguments.get(1)), ttl(arguments.get(2))));
            case "release" -> backend.release(LockId.of(arguments.get(0))).name();
            case "extend" -> text(backend.extend(LockId.of(arguments.get(0)), ttl(arguments.get(1))));
            case "isLocked" -> Boolean.toString(backend.isLocked(key(arguments)));
            case "lookupKey" -> text(backend.lookup(key(arguments)));
            case "lookupId" -> text(backend.lookup(LockId.of(arguments.get(0))));
            case "stand" -> stand(key(arguments));
            case "keep" -> keep(key(arguments), ttl(arguments.get(1)));
            default -> throw new IllegalArgumentException("no such command: " + name);
        };
    }

    private static LockKey key(List<String> arguments) {
        return LockKey.of(arguments.get(0));
    }

    private static Ttl ttl(String millis) {
        return new Ttl(Long.parseLong(millis));
    }

    private static String text(AcquireResult result) {
        if (result instanceof Acquired acquired) {
            return "acquired " + acquired.fence() + " " + acquired.expiresAt();
        }
        Contended contended = (Contended) result;
        return "contended " + orNone(contended.freeAt()) + " " + orNone(contended.freeIn());
    }

    private static String orNone(Optional<?> value) {
        return value.map(Object::toString).orElse(NONE);
    }

    private static String text(ExtendResult result) {
        return result instanceof Extended extended ? extended.expiresAt().toString() : NONE;
    }

    private static String text(Optional<LockRecord> answer) {
        return answer.map(found -> String.join(
                        " ",
                        found.key(),
                        found.id().value(),
                        found.fence().toString(),
                        found.acquiredAt().toString(),
                        found.expiresAt().toString(),
                        found.remaining().toString()))
                .orElse(NONE);
    }

    /** Waits for a key that is held, and stays where it stands. */
    private String stand(LockKey key) {
        if (!listens) {
            Waiting.openTheWay(backend);
            listens = true;
        }
        return Waiting.stand(backend, key).id().value();
    }

    /** Acquires a lock, and renews it for as long as the process lives. */
    private String keep(LockKey key, Ttl ttl) {
        SyncGuard guard = SyncGuard.using(backend);
        guards.add(guard);
        HeldLock lock = guard.acquire(
                key.value(),
                LockOptions.defaults().withTtl(Duration.ofMillis(ttl.millis())).withHeartbeat());
        kept.add(lock);
        return lock.id().value();
    }

    /** Closes everything, as no process does that is killed. */
    @Override
    public void close() {
        kept.forEach(HeldLock::close);
        guards.forEach(SyncGuard::close);
        backend.close();
    }
}

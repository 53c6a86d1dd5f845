package io.syncguard.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Releases a lock that somebody else holds. */
@Command(
        name = "release",
        description =
                "Releases a lock in place of its holder, after it has asked. For a holder that is gone for good and has a long ttl."
                        + " The next waiter is woken.")
final class ReleaseCommand extends BackendCommand {
    @Option(
            names = "--key",
            paramLabel = "KEY",
            description =
                    "The lock of this key, whoever holds it when the command begins. If somebody else holds it when it is released,"
                            + " nothing is released.")
    private @Nullable String key;

    @Option(
            names = "--id",
            paramLabel = "ID",
            description =
                    "The lock of this id. An id is a capability, and other users of this machine see it among the arguments.")
    private @Nullable String id;

    @Option(names = "--force", description = "Does not ask. Needed where there is no terminal.")
    private boolean force;

    @Override
    void checkArguments() {
        if ((key == null) == (id == null)) {
            throw new UsageException("give one of --key and --id");
        }
        if (key != null) {
            LockKey unused = LockKey.of(key);
        }
        if (id != null) {
            LockId unused = LockId.of(id);
        }
        if (!force && !terminal().interactive()) {
            throw new UsageException(
                    "there is no terminal on which to ask whether to release; nothing was released. Add --force");
        }
    }

    @Override
    int run(LockBackend backend) {
        Optional<LockRecord> found = lookup(backend);
        if (found.isEmpty()) {
            return end(false, "not locked; nothing was released", Optional.empty());
        }
        LockRecord lock = found.get();
        warn(lock);
        if (!force && !terminal().isConfirmed("Release?")) {
            return end(false, "nothing was released", found);
        }
        // By its id, so that a lock that somebody else has acquired meanwhile stays.
        return backend.release(lock.id()) == ReleaseResult.RELEASED
                ? end(true, "released", found)
                : end(false, "the lock ended meanwhile; nothing was released", found);
    }

    private Optional<LockRecord> lookup(LockBackend backend) {
        return id != null ? backend.lookup(LockId.of(id)) : backend.lookup(LockKey.of(String.valueOf(key)));
    }

    private void warn(LockRecord lock) {
        LockView view = new LockView(lock, OptionalInt.empty());
        terminal()
                .tell("Lock " + view.fingerprint() + ", held for " + HumanDuration.of(view.held()) + " by "
                        + Printable.of(lock.holder().orElse("a holder without a label")) + ", token " + lock.fence()
                        + ", "
                        + (view.left().isZero() ? "is about to end" : "ends by itself in " + view.leftInWords()) + ".");
        terminal()
                .tell(
                        "Releasing it does not stop its holder. The holder is not told at once: its next heartbeat or its release"
                                + " finds out.");
        terminal()
                .tell(
                        "Until then it may go on working beside the next holder. Only a resource that checks fencing tokens is safe"
                                + " from that.");
    }

    private int end(boolean released, String words, Optional<LockRecord> lock) {
        if (isJson()) {
            ObjectNode json = JsonDocument.empty();
            json.put("released", released);
            lock.ifPresent(found -> {
                json.put("fingerprint", found.info().keyFingerprint());
                json.put("token", found.fence().value());
            });
            terminal().print(JsonDocument.text(json));
        } else {
            terminal().print(words);
        }
        return released ? ExitCode.DONE : ExitCode.NOTHING_FOUND;
    }
}

package io.syncguard.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.Tolerance;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the lock of one key. */
@Command(name = "show", description = "Shows the lock of a key, by one request. How many wait for it is in 'list KEY'.")
final class ShowCommand extends BackendCommand {
    @Parameters(paramLabel = "KEY", description = "The key, as the application writes it.")
    private String key = "";

    @Option(
            names = "--raw",
            description =
                    "Shows the key as it is stored, and the lock id. An id is a capability: whoever has it can release the lock.")
    private boolean raw;

    @Override
    void checkArguments() {
        LockKey unused = LockKey.of(key);
    }

    @Override
    int run(LockBackend backend) {
        Optional<LockRecord> found = backend.lookup(LockKey.of(key));
        if (isJson()) {
            terminal().print(JsonDocument.text(json(found)));
        } else if (found.isPresent()) {
            print(found.get());
        } else {
            terminal().print("not locked");
        }
        return found.isPresent() ? ExitCode.DONE : ExitCode.NOTHING_FOUND;
    }

    private ObjectNode json(Optional<LockRecord> found) {
        ObjectNode json = JsonDocument.empty();
        json.put("locked", found.isPresent());
        found.ifPresent(lock -> {
            view(lock).describe(json, raw, raw);
            json.put("freeAt", freeAt(lock).toString());
            json.put("freeAtMillis", freeAt(lock).toEpochMilli());
        });
        return json;
    }

    private void print(LockRecord lock) {
        LockView view = view(lock);
        line("fingerprint", view.fingerprint());
        if (raw) {
            line("key", lock.key());
            line("id", lock.id().value());
        }
        line("holder", view.holder());
        line("token", lock.fence().toString());
        line("held", HumanDuration.of(view.held()) + ", since " + lock.acquiredAt());
        line("left", view.leftInWords() + ", until " + lock.expiresAt());
        line("free", freeAt(lock) + " at the latest, unless it is extended");
    }

    private void line(String name, String value) {
        terminal().print(String.format("%-12s %s", name, Printable.of(value)));
    }

    private static Instant freeAt(LockRecord lock) {
        return Instant.ofEpochMilli(Tolerance.freeAtMillis(lock.expiresAt().toEpochMilli()));
    }

    private static LockView view(LockRecord lock) {
        return new LockView(lock, OptionalInt.empty());
    }
}

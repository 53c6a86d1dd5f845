package io.syncguard.conformance;

import io.syncguard.FenceToken;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.BackendCapabilities;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ExtendResult.Absent;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The backend of another process, so that what a test asks of one can be asked there. */
final class ProcessBackend implements LockBackend {
    private final ClientProcess process;

    ProcessBackend(ClientProcess process) {
        this.process = process;
    }

    private String does(String name, Object... arguments) {
        StringBuilder command = new StringBuilder(name);
        for (Object argument : arguments) {
            command.append(' ').append(argument);
        }
        String answer = process.does(command.toString());
        if (answer.startsWith(ClientCommands.FAILED)) {
            throw new IllegalStateException("a client in a process of its own " + answer);
        }
        return answer;
    }

    private List<String> asks(String name, Object... arguments) {
        return List.of(does(name, arguments).split(" "));
    }

    /** Returns what the wall clock of the process says. */
    Instant wallClock() {
        return Instant.ofEpochMilli(Long.parseLong(does("clock")));
    }

    /** Has the process wait for a key that is held, and returns once it does. */
    void stand(LockKey key) {
        String unused = does("stand", key.value());
    }

    /** Has a guard of the process acquire a free key, and renew its lock. */
    void keep(LockKey key, Ttl ttl) {
        String unused = does("keep", key.value(), ttl.millis());
    }

    @Override
    public LockId newLockId(LockKey key) {
        return LockId.of(does("newId", key.value()));
    }

    @Override
    public AcquireResult acquire(LockKey key, LockId id, Ttl ttl) {
        List<String> answer = asks("acquire", key.value(), id.value(), ttl.millis());
        return answer.get(0).equals("acquired")
                ? new Acquired(FenceToken.parse(answer.get(1)), Instant.parse(answer.get(2)))
                : new Contended(optional(answer.get(1), Instant::parse), optional(answer.get(2), Duration::parse));
    }

    private static <T> Optional<T> optional(String word, Function<String, T> parsed) {
        return word.equals(ClientCommands.NONE) ? Optional.empty() : Optional.of(parsed.apply(word));
    }

    @Override
    public ReleaseResult release(LockId id) {
        return ReleaseResult.valueOf(does("release", id.value()));
    }

    @Override
    public ExtendResult extend(LockId id, Ttl ttl) {
        return optional(does("extend", id.value(), ttl.millis()), Instant::parse)
                .<ExtendResult>map(Extended::new)
                .orElseGet(Absent::new);
    }

    @Override
    public boolean isLocked(LockKey key) {
        return Boolean.parseBoolean(does("isLocked", key.value()));
    }

    @Override
    public Optional<LockRecord> lookup(LockKey key) {
        return record(asks("lookupKey", key.value()));
    }

    @Override
    public Optional<LockRecord> lookup(LockId id) {
        return record(asks("lookupId", id.value()));
    }

    private static Optional<LockRecord> record(List<String> answer) {
        return answer.size() == 1
                ? Optional.empty()
                : Optional.of(new LockRecord(
                        answer.get(0),
                        LockId.of(answer.get(1)),
                        FenceToken.parse(answer.get(2)),
                        Instant.parse(answer.get(3)),
                        Instant.parse(answer.get(4)),
                        Duration.parse(answer.get(5))));
    }

    @Override
    public BackendCapabilities capabilities() {
        throw new UnsupportedOperationException("no test asks this of a process");
    }

    /** The view is chosen in the process. */
    @Override
    public AsyncLockBackend async() {
        throw new UnsupportedOperationException("no test asks this of a process");
    }

    @Override
    public void close() {
        process.close();
    }
}

package io.syncguard.bench.candidate;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs calls of this library's scripts; nothing that the library does besides. */
abstract class RawClient implements Client {
    private final RawLayout layout;

    RawClient(RawLayout layout) {
        this.layout = layout;
    }

    /** Runs a call and returns its reply. Blocks. */
    abstract @Nullable Object run(RawCall call);

    @Override
    public final ContendedLock lock(String name) {
        return new RawLock(this::run, new RawScripts(layout, name));
    }

    @Override
    public final Optional<HeldOperations> operations(String name) {
        return Optional.of(new RawOperations(this::run, new RawScripts(layout, name)));
    }

    private static final class RawLock implements ContendedLock {
        private final Function<RawCall, @Nullable Object> run;
        private final RawScripts scripts;
        private RawScripts.@Nullable Pair pair;

        RawLock(Function<RawCall, @Nullable Object> run, RawScripts scripts) {
            this.run = run;
            this.scripts = scripts;
        }

        @Override
        public boolean lock() {
            RawScripts.Pair fresh = scripts.pair();
            pair = fresh;
            RawCall.require('A', run.apply(fresh.acquire()));
            return true;
        }

        @Override
        public void unlock() {
            RawCall.require(
                    'R', run.apply(Objects.requireNonNull(pair, "not held").release()));
        }
    }

    private record RawOperations(Function<RawCall, @Nullable Object> run, RawScripts scripts)
            implements HeldOperations {
        @Override
        public void hold() {
            RawCall.require('A', run.apply(scripts.acquire()));
        }

        @Override
        public void extend() {
            RawCall.require('E', run.apply(scripts.extend()));
        }

        @Override
        public boolean isLocked() {
            return RawCall.outcome(run.apply(scripts.isLocked())) == 'L';
        }

        @Override
        public boolean lookup() {
            return RawCall.outcome(run.apply(scripts.lookup())) == 'V';
        }

        @Override
        public void release() {
            RawCall.require('R', run.apply(scripts.release()));
        }
    }
}

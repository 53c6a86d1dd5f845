package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockId;
import io.syncguard.LockOperation;
import io.syncguard.Ttl;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.Extension;
import io.syncguard.spi.LockBackend;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A backend each of whose extensions is one of several that are made together, as heartbeats are. */
final class TogetherBackend extends DelegatingBackend {

    TogetherBackend(LockBackend backend) {
        super(backend);
    }

    @Override
    public ExtendResult extend(LockId id, Ttl ttl) {
        // One other is enough: more take the time of races.
        List<Extension> extensions = List.of(new Extension(id, ttl), new Extension(LockId.random(), Held.LONG));
        List<CompletableFuture<ExtendResult>> calls =
                AwaitedBackend.started(() -> backend.async().extendAll(extensions));
        assertThat(calls).as("EXT-1 futures of extensions together").hasSameSizeAs(extensions);
        return AwaitedBackend.await(LockOperation.EXTEND, () -> calls.get(0));
    }
}

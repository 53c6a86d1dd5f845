package io.syncguard.firestore;

import com.google.api.core.ApiFuture;
import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.Firestore;
import io.grpc.ClientInterceptor;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.StorageKeys;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** A backend whose requests a test watches and breaks, on collections of its own, and a client that nothing happens to. */
final class Fixture implements AutoCloseable {
    static final Ttl TTL = new Ttl(60_000);

    final Wire wire;
    final Firestore raw;
    final LockKey key = LockKey.of("job");
    final LockId id = LockId.random();
    final FirestoreLockOptions options;
    final LockBackend backend;

    private final Firestore client;
    private final DocumentIds ids = new DocumentIds(StorageKeys.under(StorageKeys.DEFAULT_PREFIX), false);

    Fixture() {
        this(Duration.ofSeconds(20));
    }

    Fixture(Duration timeout) {
        this(
                Emulated.shared(),
                new Wire(),
                Emulated::through,
                FirestoreLockOptions.defaults()
                        .withCollection("locks-" + UUID.randomUUID())
                        .withOperationTimeout(timeout));
    }

    private Fixture(
            Firestore raw, Wire wire, Function<ClientInterceptor, Firestore> through, FirestoreLockOptions options) {
        this.raw = raw;
        this.wire = wire;
        this.options = options;
        client = through.apply(wire);
        backend = FirestoreLockBackend.create(client, options);
        // The first request of a client connects it, which may take longer than an operation may.
        until(this::isConnected);
        wire.bill();
    }

    /** Returns one on the real project. Its documents are the test's to delete. */
    static Fixture onRealProject(Duration timeout) {
        return new Fixture(
                RealProject.shared(),
                new Wire(),
                RealProject::through,
                RealProject.newOptions().withOperationTimeout(timeout));
    }

    private boolean isConnected() {
        try {
            return !backend.isLocked(LockKey.of("warm-up"));
        } catch (LockException e) {
            return false;
        }
    }

    Acquired acquire() {
        return (Acquired) backend.acquire(key, id, TTL);
    }

    DocumentReference lockDocument() {
        return raw.collection(options.collection()).document(ids.lock(key));
    }

    DocumentReference queueDocument() {
        return raw.collection(options.queueCollection()).document(ids.lock(key));
    }

    static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not in 60 seconds");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    static <T> T done(ApiFuture<T> future) {
        try {
            return future.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        backend.close();
        Emulated.close(client);
    }
}

package io.syncguard.firestore;

import com.google.api.gax.core.FixedCredentialsProvider;
import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.api.gax.retrying.RetrySettings;
import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.FirestoreOptions;
import io.grpc.ClientInterceptor;
import io.syncguard.FenceToken;
import io.syncguard.LockKey;
import io.syncguard.spi.StorageKeys;
import io.syncguard.testservers.FirestoreEmulator;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** The emulator, and clients of it. */
final class Emulated {
    static final String PROJECT = "syncguard-test";

    /** A connect timeout for tests whose subject is no timeout: a busy machine takes long to open a connection. */
    static final Duration PATIENT = Duration.ofSeconds(40);

    private static @Nullable Firestore shared;

    private Emulated() {}

    /**
     * Skips the test if there is an {@linkplain FirestoreEmulator#obstacle() obstacle}. Otherwise starts the emulator and warms it up, so
     * that no test's timeout has to last for that, on a busy machine.
     */
    static void require() {
        FirestoreEmulator.obstacle().ifPresent(Assumptions::abort);
        var unused = shared();
    }

    /** Returns where the emulator listens, starting it on the first call. */
    static InetSocketAddress address() {
        String[] parts = FirestoreEmulator.address().split(":");
        return new InetSocketAddress(parts[0], Integer.parseInt(parts[1]));
    }

    /** Returns a client that lives as long as the JVM. */
    static synchronized Firestore shared() {
        Firestore known = shared;
        if (known == null) {
            known = warm(FirestoreOptions.newBuilder()
                    .setProjectId(PROJECT)
                    .setEmulatorHost(FirestoreEmulator.address())
                    .build()
                    .getService());
            shared = known;
        }
        return known;
    }

    /** Returns a client as ours are for a URI, whose requests go through an interceptor. */
    static Firestore through(ClientInterceptor interceptor) {
        return through(interceptor, FirestoreEmulator.address(), OwnClient.once(Duration.ofSeconds(20)));
    }

    /**
     * Returns a client whose requests go through an interceptor.
     *
     * @param retries how it repeats requests; null for Google's defaults
     */
    static Firestore through(ClientInterceptor interceptor, String address, @Nullable RetrySettings retries) {
        FirestoreOptions.Builder options = FirestoreOptions.newBuilder();
        if (retries != null) {
            options.setRetrySettings(retries);
        }
        // By hand, because a client that is told of an emulator takes no channel of ours.
        return options.setProjectId(PROJECT)
                .setCredentialsProvider(FixedCredentialsProvider.create(new FirestoreOptions.EmulatorCredentials()))
                .setChannelProvider(InstantiatingGrpcChannelProvider.newBuilder()
                        .setEndpoint(address)
                        .setChannelConfigurator(builder -> builder.usePlaintext())
                        .setInterceptorProvider(() -> List.of(interceptor))
                        .build())
                .build()
                .getService();
    }

    /** The first read and the first write of a JVM take seconds, and so do those of an emulator. */
    private static Firestore warm(Firestore client) {
        try {
            DocumentReference document = client.collection("warm-up").document("first");
            document.get().get();
            document.set(Map.of()).get();
            client.runTransaction(transaction -> transaction.get(document).get())
                    .get();
            return client;
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("the emulator does not answer", e);
        }
    }

    static void close(Firestore client) {
        client.shutdownNow();
        try {
            client.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Sets the last token of a key that nobody holds; none with 0. */
    static void setFence(Firestore client, String collection, LockKey key, long value) {
        String id = new DocumentIds(StorageKeys.under(StorageKeys.DEFAULT_PREFIX), false).lock(key);
        try {
            DocumentReference document = client.collection(collection).document(id);
            var unused = value == 0
                    ? document.delete().get()
                    : document.set(free(key, new FenceToken(value).toString())).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the fields of a document that nobody holds. */
    static Map<String, Object> free(LockKey key, String fence) {
        return Map.of(
                LockDocument.LOCK_ID,
                LockDocument.NONE,
                LockDocument.KEY,
                key.value(),
                LockDocument.FENCE,
                fence,
                LockDocument.ACQUIRED_AT,
                0L,
                LockDocument.EXPIRES_AT,
                0L);
    }
}

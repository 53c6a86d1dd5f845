package io.syncguard.firestore;

import com.google.api.gax.core.FixedCredentialsProvider;
import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.FirestoreOptions;
import com.google.cloud.firestore.WriteBatch;
import com.google.cloud.firestore.v1.FirestoreSettings;
import io.grpc.ClientInterceptor;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.FirestoreEmulator;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The project that {@value #VARIABLE} names, as {@code project} or {@code project/database}, and clients of it. They use application default
 * credentials. Each use has collections of its own, which it deletes.
 *
 * <p>With {@code -Dsyncguard.realProjectIsEmulated=true} the project is one of the emulator, to try these tests themselves.
 */
final class RealProject {
    static final String VARIABLE = "SYNCGUARD_TEST_FIRESTORE_PROJECT";
    static final String NOT_NAMED = "no real project: name one of Firestore's in SYNCGUARD_TEST_FIRESTORE_PROJECT, see"
            + " 'Testing against a real project' in docs/firestore.md";

    private static final String EMULATED = "syncguard.realProjectIsEmulated";
    private static final String EMULATOR_VARIABLE = "FIRESTORE_EMULATOR_HOST";

    /** A commit takes no more writes than 500. */
    private static final int MOST_DELETES = 400;

    private static @Nullable Firestore shared;

    private RealProject() {}

    /** Returns options with a collection that nobody else has. */
    static FirestoreLockOptions newOptions() {
        return FirestoreLockOptions.defaults()
                .withCollection("syncguard-test-" + UUID.randomUUID())
                .withOperationTimeout(Duration.ofSeconds(20));
    }

    /** Opens a backend as users do, by a URI. */
    static LockBackend open(FirestoreLockOptions options) {
        return FirestoreLockBackendProvider.open(
                BackendUri.parse("firestore://" + name() + "?operationTimeoutMillis="
                        + options.operationTimeout().toMillis() + "&collection=" + options.collection()),
                emulator());
    }

    /** Returns a client that lives as long as the JVM. */
    static synchronized Firestore shared() {
        Firestore known = shared;
        if (known == null) {
            FirestoreOptions.Builder options = builder();
            String emulator = emulator();
            if (emulator != null) {
                options.setEmulatorHost(emulator);
            }
            known = options.build().getService();
            shared = known;
        }
        return known;
    }

    /** Returns a client as ours are for a URI, whose requests go through an interceptor. */
    static Firestore through(ClientInterceptor interceptor) {
        InstantiatingGrpcChannelProvider.Builder channel = FirestoreSettings.defaultGrpcTransportProviderBuilder()
                .setInterceptorProvider(() -> List.of(interceptor));
        FirestoreOptions.Builder options = builder().setRetrySettings(OwnClient.once(Duration.ofSeconds(20)));
        String emulator = emulator();
        if (emulator != null) {
            // By hand, because a client that is told of an emulator takes no channel of ours.
            channel.setEndpoint(emulator).setChannelConfigurator(builder -> builder.usePlaintext());
            options.setCredentialsProvider(FixedCredentialsProvider.create(new FirestoreOptions.EmulatorCredentials()));
        }
        return options.setChannelProvider(channel.build()).build().getService();
    }

    private static @Nullable String emulator() {
        if (System.getenv(EMULATOR_VARIABLE) != null) {
            throw new IllegalStateException(
                    EMULATOR_VARIABLE + " is set, so Google's clients would not reach the real project; unset it");
        }
        return Boolean.getBoolean(EMULATED) ? FirestoreEmulator.address() : null;
    }

    private static FirestoreOptions.Builder builder() {
        String[] name = name().split("/", 2);
        FirestoreOptions.Builder options = FirestoreOptions.newBuilder().setProjectId(name[0]);
        return name.length == 1 ? options : options.setDatabaseId(name[1]);
    }

    private static String name() {
        return Objects.requireNonNull(System.getenv(VARIABLE), VARIABLE);
    }

    /** Deletes all locks and queues. */
    static void delete(FirestoreLockOptions options) {
        delete(options.collection());
        delete(options.queueCollection());
    }

    private static void delete(String collection) {
        while (true) {
            var found = Fixture.done(
                    shared().collection(collection).limit(MOST_DELETES).get());
            if (found.isEmpty()) {
                return;
            }
            WriteBatch batch = shared().batch();
            found.getDocuments().stream().map(DocumentSnapshot::getReference).forEach(batch::delete);
            Fixture.done(batch.commit());
        }
    }
}

package io.syncguard.firestore;

import com.google.api.gax.retrying.RetrySettings;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.FirestoreOptions;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.spi.BackendUri;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The Firestore client we open for a URI. */
final class OwnClient {
    private static final String DEFAULT_DATABASE = "(default)";

    private OwnClient() {}

    /**
     * Returns a client for {@code firestore://project/database}. It finds credentials as Google's clients do.
     *
     * @param emulator {@code host:port} of an emulator, or null for the real Firestore
     * @throws LockException {@code INVALID_ARGUMENT} if the URI names no project, {@code AUTH_FAILED} if there are no
     *     credentials
     */
    static Firestore open(BackendUri uri, Duration timeout, @Nullable String emulator) {
        String project = uri.host()
                .orElseThrow(
                        () -> LockException.invalidArgument(
                                "the URI names no project; it looks like firestore://my-project or firestore://my-project/my-database"));
        String database = uri.path().isEmpty() ? DEFAULT_DATABASE : uri.path();
        try {
            FirestoreOptions.Builder client = FirestoreOptions.newBuilder()
                    .setProjectId(project)
                    .setDatabaseId(database)
                    .setRetrySettings(once(timeout));
            if (emulator != null && !emulator.isBlank()) {
                client.setEmulatorHost(emulator);
            }
            return client.build().getService();
        } catch (RuntimeException e) {
            throw LockException.failed(
                    LockErrorCode.AUTH_FAILED,
                    LockOperation.CONNECT,
                    null,
                    "the Firestore client cannot be created; are there application default credentials, or is"
                            + " FIRESTORE_EMULATOR_HOST set? See the cause",
                    e);
        }
    }

    /** A commit repeated behind our back fails on its own first success; we repeat with a look between. */
    static RetrySettings once(Duration timeout) {
        return RetrySettings.newBuilder()
                .setMaxAttempts(1)
                .setInitialRpcTimeoutDuration(timeout)
                .setMaxRpcTimeoutDuration(timeout)
                .setTotalTimeoutDuration(timeout)
                .build();
    }

    static void close(Firestore client) {
        // Closing alone waits for the requests under way, which nobody waits for any more.
        client.shutdownNow();
        try {
            client.close();
        } catch (Exception e) {
            // Closed or as good as closed; its threads are daemons.
        }
    }
}

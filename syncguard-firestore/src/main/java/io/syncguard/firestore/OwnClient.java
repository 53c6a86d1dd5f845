package io.syncguard.firestore;

import com.google.api.gax.retrying.RetrySettings;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.FirestoreOptions;
import com.google.cloud.firestore.v1.FirestoreSettings;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.DaemonThreads;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The Firestore client that we open for a URI. It replaces a connection that has gone silent. Thread-safe. */
final class OwnClient implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger(OwnClient.class.getName());
    private static final ThreadFactory RECONNECTING = DaemonThreads.named("syncguard-firestore-reconnect");
    private static final String DEFAULT_DATABASE = "(default)";
    private static final Pattern DATABASE = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}|\\(default\\)");

    /** Google's servers close connections that ping more often. */
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);

    private static final Duration KEEP_ALIVE_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final Supplier<Firestore> opens;
    private final Object monitor = new Object();
    private Firestore client;
    private Runnable replaced = () -> {};
    private boolean closed;

    OwnClient(Supplier<Firestore> opens) {
        this.opens = opens;
        this.client = opens.get();
    }

    private static Firestore client(String project, String database, Duration timeout, @Nullable String emulator) {
        FirestoreOptions.Builder options = FirestoreOptions.newBuilder()
                .setProjectId(project)
                .setDatabaseId(database)
                .setRetrySettings(once(timeout));
        if (emulator != null) {
            options.setEmulatorHost(emulator);
        } else {
            options.setChannelProvider(FirestoreSettings.defaultGrpcTransportProviderBuilder()
                    .setKeepAliveTimeDuration(KEEP_ALIVE)
                    .setKeepAliveTimeoutDuration(KEEP_ALIVE_TIMEOUT)
                    .build());
        }
        return options.build().getService();
    }

    /**
     * Returns a client for {@code firestore://project/database}. It finds credentials as Google's clients do.
     *
     * @param emulator {@code host:port} of an emulator, or null for the real Firestore
     * @throws LockException {@code INVALID_ARGUMENT} if the URI names no project, or a database by what is no id of one;
     *     {@code AUTH_FAILED} if there are no credentials
     */
    static OwnClient open(BackendUri uri, Duration timeout, @Nullable String emulator) {
        String project = uri.host()
                .orElseThrow(
                        () -> LockException.invalidArgument(
                                "the URI names no project; it looks like firestore://my-project or firestore://my-project/my-database"));
        String database = uri.path().isEmpty() ? DEFAULT_DATABASE : uri.path();
        if (!DATABASE.matcher(database).matches()) {
            throw LockException.invalidArgument(
                    "the URI names a database by what is no id of one: an id has lower-case letters,"
                            + " digits and hyphens, 63 at most, as in firestore://my-project/my-database; without one it is "
                            + DEFAULT_DATABASE);
        }
        try {
            return new OwnClient(() -> client(project, database, timeout, emulator));
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

    /**
     * Returns the settings by which a request is sent once: we look before we repeat a commit. The delays are those of listeners, which
     * the client begins again without end.
     */
    static RetrySettings once(Duration timeout) {
        return RetrySettings.newBuilder()
                .setMaxAttempts(1)
                .setInitialRetryDelayDuration(FIRST_PAUSE)
                .setRetryDelayMultiplier(2)
                .setMaxRetryDelayDuration(LONGEST_PAUSE)
                .setInitialRpcTimeoutDuration(timeout)
                .setMaxRpcTimeoutDuration(timeout)
                .setTotalTimeoutDuration(timeout)
                .build();
    }

    /** Returns the client to make requests with; another one after the connection went silent. */
    Firestore client() {
        synchronized (monitor) {
            return client;
        }
    }

    /** Has something run each time the client was replaced. */
    void onReplaced(Runnable action) {
        synchronized (monitor) {
            replaced = action;
        }
    }

    /** Replaces the client, and so its connection. Requests under way fail as if Firestore could not be reached. Does not block. */
    void reconnect() {
        RECONNECTING.newThread(this::replace).start();
    }

    private void replace() {
        Firestore next;
        try {
            next = opens.get();
        } catch (RuntimeException e) {
            LOGGER.log(
                    Level.WARNING,
                    "Firestore is silent, and no new client can be created; the next call tries again",
                    e);
            return;
        }
        Firestore old;
        Runnable action;
        synchronized (monitor) {
            old = closed ? next : client;
            client = closed ? client : next;
            action = closed ? () -> {} : replaced;
        }
        // First, so that the listener does not fail by the end of the old one.
        action.run();
        close(old);
    }

    @Override
    public void close() {
        Firestore last;
        synchronized (monitor) {
            closed = true;
            last = client;
        }
        close(last);
    }

    /** Closes a client, whatever the interrupt flag says, and leaves the flag as it is. */
    private static void close(Firestore client) {
        boolean interrupted = Thread.interrupted();
        try {
            // Closing alone waits for the requests under way, which nobody waits for any more.
            client.shutdownNow();
            client.close();
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (Exception e) {
            // Closed or as good as closed; its threads are daemons.
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

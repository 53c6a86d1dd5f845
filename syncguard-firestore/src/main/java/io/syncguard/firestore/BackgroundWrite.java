package io.syncguard.firestore;

import com.google.api.core.ApiFuture;
import com.google.api.core.ApiFutureCallback;
import com.google.api.core.ApiFutures;
import com.google.common.util.concurrent.MoreExecutors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A write that no caller waits for. Stateless. */
final class BackgroundWrite {
    private BackgroundWrite() {}

    /**
     * Sends a write. Does not block.
     *
     * @param answered called with null once it is written, or with what Firestore's client threw; on the calling thread or on the client's
     */
    static <A> void send(Supplier<ApiFuture<A>> write, Consumer<@Nullable Throwable> answered) {
        ApiFuture<A> sent;
        // Firestore's client does not block here, but takes interrupts away that are not for it.
        boolean interrupted = Thread.interrupted();
        try {
            sent = write.get();
        } catch (RuntimeException e) {
            // A client that its owner has closed.
            answered.accept(e);
            return;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        ApiFutures.addCallback(
                sent,
                new ApiFutureCallback<A>() {
                    @Override
                    public void onFailure(Throwable thrown) {
                        answered.accept(thrown);
                    }

                    @Override
                    public void onSuccess(A result) {
                        answered.accept(null);
                    }
                },
                MoreExecutors.directExecutor());
    }
}

package io.syncguard.redis.common;

import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockOperation;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.Extension;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Several extensions, sent as one call, whose reply is dealt out (HLD-5). Stateless. */
public final class RedisExtensions {
    private RedisExtensions() {}

    /**
     * Sends them. Does not block.
     *
     * @param calls how the client makes a call
     * @return a future for each; cancelling one leaves the others alone
     */
    public static List<CompletableFuture<ExtendResult>> send(
            RedisRequests requests,
            List<Extension> extensions,
            Function<RedisCall<String[]>, CompletableFuture<String[]>> calls) {
        List<One> each = extensions.stream().map(one -> new One(one.id())).toList();
        var unused = calls.apply(requests.extendAll(extensions)).whenComplete((lines, failure) -> {
            for (int i = 0; i < each.size(); i++) {
                if (failure == null) {
                    each.get(i).read(lines[i]);
                } else {
                    boolean unusedToo = each.get(i).completeExceptionally(failure);
                }
            }
        });
        return List.copyOf(each);
    }

    /** One of them. */
    private static final class One extends CompletableFuture<ExtendResult> {
        private final LockId id;

        One(LockId id) {
            this.id = id;
        }

        void read(String line) {
            try {
                complete(RedisReplies.extended(line, id::fingerprint));
            } catch (LockException foreign) {
                completeExceptionally(foreign);
            }
        }

        /** Its request may have been sent, and cannot be taken back alone. */
        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            if (!isDone()) {
                completeExceptionally(LockException.cancelled(LockOperation.EXTEND, id.fingerprint(), true));
            }
            return isCancelled();
        }
    }
}

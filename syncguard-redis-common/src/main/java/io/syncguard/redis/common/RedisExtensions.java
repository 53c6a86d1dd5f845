package io.syncguard.redis.common;

import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockOperation;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.Extension;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** Several extensions, sent as one call for each shard, whose reply is dealt out (HLD-5). Stateless. */
final class RedisExtensions {
    /** The line of a lock whose name was found and not the lock. */
    private static final String ELSEWHERE = "M";

    private RedisExtensions() {}

    /**
     * Sends them. Does not block.
     *
     * @return a future for each; cancelling one leaves the others alone
     */
    static List<CompletableFuture<ExtendResult>> send(
            RedisRequests requests, List<Extension> extensions, RedisCalls calls) {
        List<One> all = extensions.stream().map(One::new).toList();
        Map<Integer, List<One>> byShard = all.stream()
                .collect(Collectors.groupingBy(one -> requests.shard(one.id), LinkedHashMap::new, Collectors.toList()));
        byShard.values().forEach(some -> sendTogether(requests, some, calls));
        return List.copyOf(all);
    }

    private static void sendTogether(RedisRequests requests, List<One> some, RedisCalls calls) {
        List<Extension> extensions = some.stream().map(one -> one.extension).toList();
        calls.sendInBackground(requests.extendAll(extensions)).whenComplete((lines, failure) -> {
            boolean apart = failure != null && some.size() > 1 && isSlotUnderWay(failure);
            for (int i = 0; i < some.size(); i++) {
                One one = some.get(i);
                if (apart) {
                    one.follow(calls.sendInBackground(requests.beat(one.id, one.extension.ttl())));
                } else if (failure != null) {
                    one.fail(failure);
                } else if (lines[i].equals(ELSEWHERE)) {
                    one.follow(calls.sendInBackground(requests.beat(one.id, one.extension.ttl())));
                } else {
                    one.read(lines[i], requests.acks());
                }
            }
        });
    }

    private static boolean isSlotUnderWay(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (RedisErrors.isSlotUnderWay(t.getMessage())) {
                return true;
            }
        }
        return false;
    }

    /** One of them. */
    private static final class One extends CompletableFuture<ExtendResult> {
        private final Extension extension;
        private final LockId id;

        One(Extension extension) {
            this.extension = extension;
            this.id = extension.id();
        }

        void follow(CompletableFuture<ExtendResult> another) {
            another.whenComplete((result, failure) -> {
                if (failure == null) {
                    complete(result);
                } else {
                    completeExceptionally(failure);
                }
            });
        }

        /** The request that failed was for others too, and names none. */
        void fail(Throwable failure) {
            String fingerprint = id.fingerprint();
            completeExceptionally(
                    LockException.of(failure, LockOperation.EXTEND, fingerprint).concerning(fingerprint));
        }

        void read(String line, ReplicaAcks acks) {
            OptionalLong tooFew = RedisReplies.replicasOf(line);
            if (tooFew.isPresent()) {
                completeExceptionally(RedisFailures.tooFewReplicas(
                        tooFew.getAsLong(),
                        acks,
                        true,
                        LockOperation.EXTEND,
                        id::fingerprint,
                        ReplicaAcks.FORMER_END,
                        null));
                return;
            }
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

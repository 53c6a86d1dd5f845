package io.syncguard.redis.jedis;

import java.util.Collection;
import java.util.Iterator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** One look at who owns the slots of a cluster. Used once. */
final class ClusterLook {
    /** How long a node alone has time to answer. Those that hang cost no more. */
    private static final long HURRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Executor workers;
    private final Function<String, SlotOwners> ask;
    private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();

    private record Outcome(@Nullable SlotOwners owners, @Nullable RuntimeException failure) {}

    /**
     * @param ask returns what a node says; blocks, and throws what Jedis throws
     */
    ClusterLook(Executor workers, Function<String, SlotOwners> ask) {
        this.workers = workers;
        this.ask = ask;
    }

    /**
     * Returns what the first node says that answers. Asks one after the other, and the next while the last one is silent. Blocks until
     * the deadline at the latest.
     *
     * @throws JedisException if none answers
     */
    SlotOwners among(Collection<String> nodes, long deadlineNanos) throws InterruptedException {
        Iterator<String> next = nodes.iterator();
        RuntimeException failure = null;
        int asked = 0;
        int failed = 0;
        while (true) {
            long wait = deadlineNanos - System.nanoTime();
            if (next.hasNext()) {
                begin(next.next());
                asked++;
                wait = Math.min(wait, HURRY_NANOS);
            }
            if (failed == asked || wait <= 0) {
                throw new JedisConnectionException("no node of the cluster says who owns its slots", failure);
            }
            Outcome outcome = outcomes.poll(wait, TimeUnit.NANOSECONDS);
            if (outcome == null) {
                continue;
            }
            if (outcome.owners() != null) {
                return outcome.owners();
            }
            failed++;
            // What a server says tells more than that another one is away.
            failure = failure instanceof JedisDataException ? failure : outcome.failure();
        }
    }

    private void begin(String node) {
        workers.execute(() -> {
            try {
                outcomes.add(new Outcome(ask.apply(node), null));
            } catch (RuntimeException e) {
                outcomes.add(new Outcome(null, e));
            }
        });
    }
}

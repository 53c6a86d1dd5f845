package io.syncguard.redis.jedis;

import io.syncguard.spi.DaemonThreads;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Runs commands of a client that was handed in and keeps its connections to itself on threads of ours, virtual ones where the JVM has
 * them, while the caller waits. Such a client opens connections where nobody can end it, for as long as its own timeouts allow, which may be for ever; the caller leaves
 * in time all the same (OPT-2).
 *
 * <p>A call whose caller left before the request was sent is never sent.
 *
 * <p>The client interrupts a worker too: a pool that closes interrupts the threads that wait in it, as the pool of a node does
 * that leaves its cluster. Such an interrupt never reaches the caller.
 */
final class HandOverRunner implements CommandRunner {
    private static final String THREAD_NAME = "syncguard-jedis-call";
    private static final long IDLE_SECONDS = 5;

    private final UnifiedJedis client;
    private final ExecutorService workers;
    private final Set<Task> tasks = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    HandOverRunner(UnifiedJedis client) {
        this.client = client;
        this.workers = DaemonThreads.virtual(THREAD_NAME).orElseGet(HandOverRunner::platformThreads);
    }

    /** As many as there are callers, which are platform threads themselves. */
    private static ExecutorService platformThreads() {
        return new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), HandOverRunner::daemon);
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, THREAD_NAME);
        thread.setDaemon(true);
        return thread;
    }

    /** Also when there are no more workers to come. */
    private void onWorker(Runnable closing) {
        try {
            workers.execute(closing);
        } catch (RejectedExecutionException e) {
            daemon(closing).start();
        }
    }

    private static final class Task extends FutureTask<@Nullable Object> {
        private final InFlightCall call;

        Task(UnifiedJedis client, CommandObject<Object> command, InFlightCall call) {
            super(() -> {
                call.beginOnWorker();
                try {
                    return JedisDifferences.execute(client, command, call);
                } finally {
                    call.finish();
                }
            });
            this.call = call;
        }

        /** Ends the call; its caller leaves at once unless the reply is here already. */
        void end(InFlightCall.End why) {
            if (call.end(why)) {
                cancel(false);
            }
        }
    }

    @Override
    public @Nullable Object run(CommandObject<Object> command, InFlightCall call) {
        call.closeOn(this::onWorker);
        Task task = new Task(client, command, call);
        tasks.add(task);
        try {
            workers.execute(task);
            if (closed) {
                task.end(InFlightCall.End.CLOSED);
            }
            return await(task);
        } catch (RejectedExecutionException e) {
            call.end(InFlightCall.End.CLOSED);
            throw new JedisException("closed", e);
        } finally {
            tasks.remove(task);
        }
    }

    private @Nullable Object await(Task task) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get(Math.max(1, task.call.waitNanos()), TimeUnit.NANOSECONDS);
                } catch (TimeoutException e) {
                    if (task.call.leftNanos() <= 0) {
                        task.end(InFlightCall.End.TIMED_OUT);
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                    task.end(InFlightCall.End.INTERRUPTED);
                }
            }
        } catch (CancellationException e) {
            throw new JedisException("ended from outside", e);
        } catch (ExecutionException e) {
            throw thrown(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException thrown(ExecutionException e) {
        Throwable cause = e.getCause();
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException runtime ? runtime : new JedisException(cause);
    }

    /** Does nothing: such a client gives no access to its idle connections. */
    @Override
    public void fellSilent() {}

    /** Leaves a client open that was handed in. */
    @Override
    public void close() {
        closed = true;
        tasks.forEach(task -> task.end(InFlightCall.End.CLOSED));
        WorkerThreads.end(workers);
    }
}

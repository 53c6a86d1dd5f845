package io.syncguard.spi;

import java.lang.reflect.Method;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Creates the threads of the library. They are named daemons of normal priority. They inherit neither inheritable thread-locals nor
 * the context class loader from the thread that creates them. Stateless.
 */
public final class DaemonThreads {
    private static final long IDLE_SECONDS = 1;

    private DaemonThreads() {}

    /** Returns a thread that has not been started. */
    @SuppressWarnings("ThreadPriorityCheck") // A thread starts with the priority of the one that creates it.
    public static Thread unstarted(String name, Runnable work) {
        Thread thread = new Thread(null, work, name, 0, false);
        thread.setDaemon(true);
        thread.setPriority(Thread.NORM_PRIORITY);
        thread.setContextClassLoader(DaemonThreads.class.getClassLoader());
        return thread;
    }

    /** Returns a factory of such threads, all of one name. */
    public static ThreadFactory named(String name) {
        return work -> unstarted(name, work);
    }

    /**
     * Returns an executor on which no task waits for another: a pool of platform threads that grows while tasks block, and
     * shrinks when they end. Virtual threads are not used, because all virtual threads of a JVM share a few carrier threads, which
     * an application can keep busy. The caller shuts the executor down.
     */
    public static ExecutorService perTask(String name) {
        return new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), named(name));
    }

    /** Returns an executor with a virtual thread for each task; empty on a JVM before 21, which has none. */
    public static Optional<ExecutorService> virtual(String name) {
        try {
            Class<?> type = Class.forName("java.lang.Thread$Builder");
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            type.getMethod("name", String.class).invoke(builder, name);
            type.getMethod("inheritInheritableThreadLocals", boolean.class).invoke(builder, false);
            ThreadFactory factory = (ThreadFactory) type.getMethod("factory").invoke(builder);
            Method executor = Executors.class.getMethod("newThreadPerTaskExecutor", ThreadFactory.class);
            return Optional.of((ExecutorService) executor.invoke(null, factory));
        } catch (ReflectiveOperationException e) {
            // The JVM has none, or only as a preview that is switched off.
            return Optional.empty();
        }
    }
}

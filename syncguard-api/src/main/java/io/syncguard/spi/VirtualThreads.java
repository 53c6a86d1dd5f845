package io.syncguard.spi;

import java.lang.reflect.Method;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/** Virtual threads, on JVMs that have them (21 and later). Stateless. */
public final class VirtualThreads {
    private VirtualThreads() {}

    /**
     * Returns a new executor with a virtual thread for each task; empty on a JVM without them.
     *
     * @param name the name of its threads
     */
    public static Optional<ExecutorService> perTask(String name) {
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            Class<?> type = Class.forName("java.lang.Thread$Builder");
            Method named = type.getMethod("name", String.class);
            ThreadFactory factory = (ThreadFactory) type.getMethod("factory").invoke(named.invoke(builder, name));
            Method executor = Executors.class.getMethod("newThreadPerTaskExecutor", ThreadFactory.class);
            return Optional.of((ExecutorService) executor.invoke(null, factory));
        } catch (ReflectiveOperationException e) {
            // Before 21 they are not there, or a preview that was not asked for.
            return Optional.empty();
        }
    }
}

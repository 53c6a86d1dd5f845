package io.syncguard.firestore;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;

/**
 * The JVM's common threads, for what must hold up neither Firestore's own threads nor the JDK's timer. The common pool has
 * no threads where it was configured so; there each piece of work gets one.
 */
final class CommonThreads {
    static final Executor EXECUTOR = ForkJoinPool.getCommonPoolParallelism() > 0
            ? ForkJoinPool.commonPool()
            : work -> new Thread(work, "syncguard-firestore").start();

    private CommonThreads() {}
}

package io.syncguard.conformance;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;

/** Finds threads that are left. */
final class Threads {
    private Threads() {}

    /** Runs an action, and fails the test if threads that it has started do not end soon after it. */
    static void endAfter(String what, Runnable action) throws InterruptedException {
        // Threads are born into the group of the thread that starts them.
        ThreadGroup group = new ThreadGroup("backend under test");
        FutureTask<Boolean> user = new FutureTask<>(Executors.callable(action, true));

        new Thread(group, user).start();
        try {
            var unused = user.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new AssertionError(
                    "what is done before threads are looked for failed: " + e.getCause(), e.getCause());
        }
        Await.until(what, () -> namesIn(group).isEmpty());
    }

    private static List<String> namesIn(ThreadGroup group) {
        Thread[] threads = new Thread[group.activeCount() + 16];
        int count = group.enumerate(threads);
        return Arrays.stream(threads, 0, count).map(Thread::getName).toList();
    }
}

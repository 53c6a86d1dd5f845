package io.syncguard.conformance;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;

/** Finds threads that are left. */
final class Threads {
    private static final int MOST_FRAMES = 8;

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
        try {
            Await.until(what, () -> in(group).isEmpty());
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; left are " + described(in(group)), e);
        }
    }

    /** Returns threads with what they do. */
    private static String described(List<Thread> threads) {
        return threads.stream()
                .map(each -> each.getName() + " at "
                        + Arrays.stream(each.getStackTrace())
                                .limit(MOST_FRAMES)
                                .map(StackTraceElement::toString)
                                .collect(Collectors.joining(" < ")))
                .collect(Collectors.joining("; "));
    }

    private static List<Thread> in(ThreadGroup group) {
        Thread[] threads = new Thread[group.activeCount() + 16];
        return List.of(Arrays.copyOf(threads, group.enumerate(threads)));
    }
}

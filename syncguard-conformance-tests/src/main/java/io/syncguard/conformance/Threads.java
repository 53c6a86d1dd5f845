package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Finds threads that are left. */
final class Threads {
    private Threads() {}

    /** Runs an action, and fails the test if threads that it has started do not end soon after it. */
    static void endAfter(String what, Runnable action) throws InterruptedException {
        // Threads are born into the group of the thread that starts them.
        ThreadGroup group = new ThreadGroup("backend under test");
        AtomicBoolean done = new AtomicBoolean();
        Thread user = new Thread(group, () -> {
            action.run();
            done.set(true);
        });

        user.start();
        user.join();

        assertThat(done)
                .as("what was to be done before threads were looked for")
                .isTrue();
        Await.until(what, () -> namesIn(group).isEmpty());
    }

    private static List<String> namesIn(ThreadGroup group) {
        Thread[] threads = new Thread[group.activeCount() + 16];
        int count = group.enumerate(threads);
        return Arrays.stream(threads, 0, count).map(Thread::getName).toList();
    }
}

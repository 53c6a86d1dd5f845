package io.syncguard.redis.tests.history;

import io.syncguard.LockException;
import io.syncguard.SyncGuard;
import io.syncguard.testsupport.StallMeter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that takes part in a history: some actors on guards of its own. It goes on until its input ends, and so outlives nobody who
 * started it.
 */
final class HistoryWorker {
    private static final Duration LONGEST_BEGINNING = Duration.ofSeconds(60);
    private static final Duration LONGEST_END = Duration.ofSeconds(30);
    private static final long NOTABLE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private HistoryWorker() {}

    /**
     * Expects the name of the process, its file, the number of keys, the operation timeout in milliseconds, and then, for each guard, the
     * name of its key space and its URI.
     */
    public static void main(String[] args) throws Exception {
        Duration operationTimeout = Duration.ofMillis(Long.parseLong(args[3]));
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        List<SyncGuard> guards = new ArrayList<>();
        HistoryWriter history = new HistoryWriter(args[0], Path.of(args[1]));
        for (int i = 4; i < args.length; i += 2) {
            SyncGuard guard = connect(args[i + 1]);
            guards.add(guard);
            openConnections(guard, Integer.parseInt(args[2]));
            for (GuardView view : GuardView.values()) {
                String name = args[i] + "-" + view;
                HistoryActor actor = new HistoryActor(
                        history, name, guard, view, args[i], Integer.parseInt(args[2]), operationTimeout);
                threads.add(new Thread(() -> actor.work(over::get), name));
            }
        }
        threads.add(new Thread(() -> noteStalls(history, over), "stalls"));
        threads.forEach(thread -> thread.setDaemon(true));
        threads.forEach(Thread::start);
        awaitEndOfInput();
        over.set(true);
        for (Thread thread : threads) {
            thread.join(LONGEST_END.toMillis());
        }
        guards.forEach(SyncGuard::close);
    }

    /** A JVM that has just begun may take longer for its first connection than an operation may. */
    private static SyncGuard connect(String uri) {
        long deadline = System.nanoTime() + LONGEST_BEGINNING.toNanos();
        while (true) {
            try {
                return SyncGuard.connect(uri);
            } catch (LockException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
            }
        }
    }

    /** Likewise for the first connection to each node of a cluster. */
    private static void openConnections(SyncGuard guard, int keys) {
        long deadline = System.nanoTime() + LONGEST_BEGINNING.toNanos();
        for (int key = 0; key < keys; ) {
            try {
                var unused = guard.isLocked(HistoryActor.key(key));
                key++;
            } catch (LockException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
            }
        }
    }

    private static void awaitEndOfInput() throws IOException {
        while (System.in.read() >= 0) {
            // Nothing is told but the end.
        }
    }

    private static void noteStalls(HistoryWriter history, AtomicBoolean over) {
        try (StallMeter stalls = StallMeter.start()) {
            long noted = 0;
            while (!over.get()) {
                LockSupport.parkNanos(NOTABLE_NANOS);
                long stalled = stalls.stalled().toNanos();
                if (stalled > noted + NOTABLE_NANOS) {
                    history.write(
                            "stalls",
                            EventKind.STALLED,
                            HistoryEvent.NOTHING,
                            0,
                            stalled - noted,
                            0,
                            HistoryEvent.NOTHING);
                    noted = stalled;
                }
            }
        }
    }
}

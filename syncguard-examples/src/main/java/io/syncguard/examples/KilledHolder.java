package io.syncguard.examples;

import java.io.IOException;
import java.util.List;

/** Second chapter: a process is killed while it holds the lock. */
final class KilledHolder {
    private static final long TTL_MILLIS = 2_000;
    private static final long FREE_MILLIS = TTL_MILLIS + 1_000;

    /** For a busy machine; the lock itself becomes free to the millisecond. */
    private static final long SLACK_MILLIS = 1_500;

    private KilledHolder() {}

    static void show(Workshop workshop, Claims claims) throws IOException, InterruptedException {
        workshop.title("2. A process dies while it holds the lock, whose ttl is " + TTL_MILLIS + " ms");
        List<WorkerProcess> workers = workshop.workers("eve", "finn");
        WorkerProcess victim = workers.get(0);
        WorkerProcess heir = workers.get(1);

        long ordered = System.nanoTime();
        victim.order("take batch " + TTL_MILLIS);
        long victimsFence = Long.parseLong(victim.await("taken"));
        long taken = System.nanoTime();
        heir.order("take batch 30000");
        victim.kill();
        workshop.say(victim.name() + " has the lock with fence " + victimsFence + " and is killed (kill -9)");
        workshop.say(heir.name() + " waits; nobody gives the lock back ...");

        long heirsFence = Long.parseLong(heir.await("taken"));
        long now = System.nanoTime();
        long millis = (now - taken) / 1_000_000;
        workshop.say(heir.name() + " takes over " + millis + " ms after it was taken, with fence " + heirsFence);

        // It was taken at some moment between the order and the answer.
        boolean inTime = now - ordered >= FREE_MILLIS * 1_000_000 && millis < FREE_MILLIS + SLACK_MILLIS;
        claims.add("a dead holder's lock frees itself at ttl + 1000 ms", inTime, "after " + millis + " ms");
        claims.add(
                "who takes over has a greater fence", heirsFence > victimsFence, heirsFence + " after " + victimsFence);
        heir.close();
    }
}

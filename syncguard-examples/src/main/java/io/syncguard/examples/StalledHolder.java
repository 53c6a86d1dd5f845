package io.syncguard.examples;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;

/** Third chapter: a process stalls, loses its lock without noticing, and writes late. */
final class StalledHolder {
    private static final long TTL_MILLIS = 1_000;

    private StalledHolder() {}

    static void show(Workshop workshop, Claims claims) throws IOException, InterruptedException {
        workshop.title("3. A process stalls for longer than the lock lives, and comes back late");
        List<WorkerProcess> workers = workshop.workers("gus", "hal");
        WorkerProcess sleeper = workers.get(0);
        WorkerProcess successor = workers.get(1);

        sleeper.order("take report " + TTL_MILLIS);
        String sleepersFence = sleeper.await("taken");
        sleeper.suspend();
        workshop.say(sleeper.name() + " has the lock with fence " + sleepersFence + " and is suspended (kill -STOP)");

        successor.order("take report 30000");
        String successorsFence = successor.await("taken");
        successor.order("write first");
        String firstWrite = successor.next();
        workshop.say(successor.name() + " takes over with fence " + successorsFence + "; its write is " + firstWrite);

        sleeper.resume();
        sleeper.order("write late");
        String lateWrite = sleeper.next();
        workshop.say(sleeper.name() + " wakes, knows nothing, and writes: " + lateWrite + " by the ledger");

        successor.order("write second");
        String secondWrite = successor.next();
        workshop.say(successor.name() + " writes again with the same fence: " + secondWrite);

        claims.add("a stalled holder's late write is refused", "refused".equals(lateWrite), String.valueOf(lateWrite));
        claims.add(
                "the new holder's writes pass, its second one too",
                "written".equals(firstWrite)
                        && "written".equals(secondWrite)
                        && report(workshop).equals("second"),
                firstWrite + ", " + secondWrite);
        workers.forEach(WorkerProcess::close);
    }

    private static String report(Workshop workshop) throws IOException {
        try {
            return workshop.ledger().report();
        } catch (SQLException e) {
            throw new IOException("the ledger cannot be read", e);
        }
    }
}

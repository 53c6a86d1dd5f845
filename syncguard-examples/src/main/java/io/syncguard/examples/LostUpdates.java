package io.syncguard.examples;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;

/** First chapter: several processes read, change and write one balance, without a lock and with one. */
final class LostUpdates {
    private static final int DEPOSITS = 50;

    private LostUpdates() {}

    static void show(Workshop workshop, Claims claims) throws IOException, InterruptedException {
        workshop.title("1. Four processes pay into one account, " + DEPOSITS + " times each");
        List<WorkerProcess> tellers = workshop.workers("ann", "bob", "cas", "dee");
        int total = tellers.size() * DEPOSITS;

        long lost = total - balanceAfter("deposit-unlocked", tellers, workshop);
        workshop.say("without a lock: " + lost + " of " + total + " deposits are lost");
        claims.add("without a lock, updates get lost", lost > 0, lost + " of " + total + " lost");

        long start = System.nanoTime();
        long lostAnyway = total - balanceAfter("deposit-locked", tellers, workshop);
        long millis = (System.nanoTime() - start) / 1_000_000;
        workshop.say("with SyncGuard: " + lostAnyway + " of " + total + " deposits are lost, in " + millis + " ms");
        claims.add("with SyncGuard, none does", lostAnyway == 0, lostAnyway + " of " + total + " lost");

        tellers.forEach(WorkerProcess::close);
    }

    private static long balanceAfter(String deposit, List<WorkerProcess> tellers, Workshop workshop)
            throws IOException, InterruptedException {
        try {
            workshop.ledger().reset();
            for (WorkerProcess teller : tellers) {
                teller.order(deposit + " " + DEPOSITS);
            }
            for (WorkerProcess teller : tellers) {
                teller.await("deposited");
            }
            return workshop.ledger().balance();
        } catch (SQLException e) {
            throw new IOException("the ledger cannot be read", e);
        }
    }
}

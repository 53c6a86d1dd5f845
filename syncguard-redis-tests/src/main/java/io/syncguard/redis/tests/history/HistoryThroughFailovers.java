package io.syncguard.redis.tests.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.redis.tests.Await;
import io.syncguard.redis.tests.GroupNode;
import io.syncguard.spi.Tolerance;
import io.syncguard.testsupport.Pause;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Several processes take and release locks on a few keys while masters hang, die and fall silent, and write down what they do and see.
 * Half of the locks are granted once the only replica of their master has them; nothing may go wrong with these. With the others, a
 * failover may lose what was granted right before it, and nothing else may go wrong.
 *
 * <p>{@code -Dsyncguard.historyRounds} says how often each fault occurs, which is once unless set.
 */
@Tag("side-by-side")
public abstract class HistoryThroughFailovers {
    private static final Logger LOGGER = System.getLogger(HistoryThroughFailovers.class.getName());

    private static final String ROUNDS = "syncguard.historyRounds";
    private static final String ACKED = "acked";
    private static final String PLAIN = "plain";
    private static final String HARNESS = "harness";
    private static final int PROCESSES = 3;
    private static final int KEYS = 6;
    private static final Duration OPERATION_TIMEOUT = Duration.ofSeconds(2);

    /** For failovers, and for processes that start on a busy machine. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** For how long an old master runs again before it is made a replica, and might serve what it should not. */
    private static final long RELAPSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final HistoryRules RULES = new HistoryRules(
            HistoryActor.TTL,
            Duration.ofMillis(Tolerance.MILLIS),
            // What a busy machine adds to a call, but for stalls, and a replica's lag.
            Duration.ofSeconds(3),
            Duration.ofSeconds(2));

    /** Returns the name of the client in URIs. */
    protected abstract String client();

    @Test
    @DisplayName("RDS-15, RDS-16, RDS-17, FEN-1, OPT-2, ACQ-4 sentinels replace masters under several processes: "
            + "no overlap, no token twice, no orphan, no slow call")
    protected void sentinel() throws Exception {
        try (FailingMasters masters = new SentinelMasters()) {
            check(masters);
        }
    }

    @Test
    @DisplayName(
            "RDS-15, RDS-17, CLU-4, FEN-1, OPT-2, ACQ-4 replicas replace masters of a cluster under several processes: "
                    + "no overlap, no token twice, no orphan, no slow call")
    protected void cluster() throws Exception {
        try (FailingMasters masters = new ClusterMasters()) {
            check(masters);
        }
    }

    private void check(FailingMasters masters) throws InterruptedException {
        HistoryFolder folder = new HistoryFolder();
        List<HistoryWorkerProcess> workers = new ArrayList<>();
        try (HistoryWriter harness = new HistoryWriter(HARNESS, folder.file(HARNESS))) {
            for (int i = 1; i <= PROCESSES; i++) {
                String process = "worker" + i;
                workers.add(HistoryWorkerProcess.start(
                        arguments(process, folder, masters.uri(client())), folder.log(process)));
            }
            int faults = 0;
            for (int round = 0; round < Integer.getInteger(ROUNDS, 1); round++) {
                List<MasterFault> order = Arrays.asList(MasterFault.values());
                Collections.shuffle(order);
                for (MasterFault fault : order) {
                    awaitGrants(folder, workers);
                    inject(fault, masters, harness);
                    faults++;
                }
            }
            awaitGrants(folder, workers);
            workers.forEach(HistoryWorkerProcess::stop);
            for (HistoryWorkerProcess worker : workers) {
                assertThat(worker.hasEnded()).as("a process ends").isTrue();
            }

            History history = History.of(folder.events());
            assertThat(history.failovers()).hasSize(faults);
            check(history, folder);
        } finally {
            workers.forEach(HistoryWorkerProcess::close);
        }
        folder.delete();
    }

    private void check(History history, HistoryFolder folder) {
        History acked = history.ofKeys(key -> key.startsWith(ACKED + "/"));
        History plain = history.ofKeys(key -> key.startsWith(PLAIN + "/"));
        LOGGER.log(
                Level.INFO,
                () ->
                        "%s: %d locks with acknowledgement of %d calls; %d without of %d, and violations by fault: %s; worst stall %d ms"
                                .formatted(
                                        client(),
                                        acked.holdings().size(),
                                        acked.calls().size(),
                                        plain.holdings().size(),
                                        plain.calls().size(),
                                        losses(plain),
                                        TimeUnit.NANOSECONDS.toMillis(history.worstStallNanos())));
        assertThat(HistoryCheck.violations(acked, RULES))
                .as("with acknowledgement; the history is in %s", folder)
                .isEmpty();
        assertThat(HistoryCheck.violationsApartFromLosses(plain, RULES))
                .as("without acknowledgement; the history is in %s", folder)
                .isEmpty();
    }

    private static Map<String, Long> losses(History history) {
        Map<String, Long> losses = new TreeMap<>();
        for (Violation violation : HistoryCheck.violations(history, RULES)) {
            for (Failover failover : history.failovers()) {
                losses.merge(failover.how(), violation.isLossIn(failover, RULES) ? 1L : 0L, Long::sum);
            }
        }
        return losses;
    }

    private static List<String> arguments(String process, HistoryFolder folder, String uri) {
        String timeout = Long.toString(OPERATION_TIMEOUT.toMillis());
        String common = uri + "operationTimeoutMillis=" + timeout + "&keyPrefix=";
        return List.of(
                process,
                folder.file(process).toString(),
                Integer.toString(KEYS),
                timeout,
                ACKED,
                common + ACKED + "&replicaAcks=1",
                PLAIN,
                common + PLAIN);
    }

    private static void inject(MasterFault fault, FailingMasters masters, HistoryWriter harness) {
        String key = HistoryActor.key(ThreadLocalRandom.current().nextInt(KEYS));
        GroupNode master = masters.masterFor(PLAIN, key);
        note(harness, EventKind.FAULT, fault);
        fault.begin(master);
        if (fault == MasterFault.SILENCE) {
            masters.replaceSilent(master);
        }
        Await.within(PATIENCE, "it is replaced", () -> masters.isReplaced(master, PLAIN, key));
        note(harness, EventKind.REPLACED, fault);
        // Locks that no replica has are taken meanwhile.
        Pause.until(System.nanoTime() + RELAPSE_NANOS);
        fault.end(master);
        if (fault != MasterFault.KILL) {
            Pause.until(System.nanoTime() + RELAPSE_NANOS);
        }
        masters.rejoin(master);
        masters.awaitWhole();
        note(harness, EventKind.HEALED, fault);
    }

    private static void note(HistoryWriter harness, EventKind kind, MasterFault fault) {
        harness.write(HARNESS, kind, HistoryEvent.NOTHING, 0, 0, 0, fault.name());
    }

    /** Waits until each lock has been granted, and each process has been granted some of either kind, from now on. */
    private static void awaitGrants(HistoryFolder folder, List<HistoryWorkerProcess> workers) {
        long since = System.nanoTime();
        Await.within(PATIENCE, "each lock is granted, and locks to each process", () -> {
            assertThat(workers)
                    .as("processes that run; what they said is in %s", folder)
                    .allMatch(HistoryWorkerProcess::isAlive);
            Pause.millis(200);
            List<HistoryEvent> grants = folder.events().stream()
                    .filter(event -> event.kind() == EventKind.GRANTED && event.nanos() > since)
                    .toList();
            return Stream.of(ACKED, PLAIN)
                    .allMatch(space -> count(grants, space, HistoryEvent::key) == KEYS
                            && count(grants, space, HistoryEvent::process) == PROCESSES);
        });
    }

    private static long count(List<HistoryEvent> events, String keySpace, Function<HistoryEvent, String> different) {
        return events.stream()
                .filter(event -> event.key().startsWith(keySpace + "/"))
                .map(different)
                .distinct()
                .count();
    }
}

package io.syncguard.micrometer;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.syncguard.GuardOptions;
import io.syncguard.HeldLock;
import io.syncguard.LockException;
import io.syncguard.LockListener;
import io.syncguard.LockOptions;
import io.syncguard.LostLock;
import io.syncguard.SyncGuard;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testsupport.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Four guards, as four processes have them, on one real Redis. Each holds the lock of a report all along and renews it, and takes locks of
 * payments one after another. A crowd wants one of the latter, and later the server hangs for longer than the ttl of a report's lock. Each
 * phase lasts until what it is about has happened, and for a while at least, so that it shows on a plot.
 */
final class ContentionScenario {
    static final String CHARGE = "charge-payment";
    static final String REPORT = "nightly-report";
    static final int PROCESSES = 4;
    static final int CROWD = 24;
    static final Duration CROWD_HOLD = Duration.ofMillis(120);

    /** A process may stall for two thirds of it before its lock is lost. */
    private static final Duration REPORT_TTL = Duration.ofSeconds(4);

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final long PAUSE_MILLIS = 500;
    private static final long CHARGE_MILLIS = 120;
    private static final long ARRIVAL_MILLIS = 25;

    /** No call fails because the machine is busy, nor because the server hangs. */
    private static final String PATIENT = "?operationTimeoutMillis=60000&connectTimeoutMillis=60000";

    private static final LockOptions CHARGING =
            LockOptions.defaults().withName(CHARGE).withTtl(PATIENCE).withTimeout(PATIENCE);
    private static final LockOptions REPORTING = LockOptions.defaults()
            .withName(REPORT)
            .withTtl(REPORT_TTL)
            .withHeartbeat()
            .withTimeout(PATIENCE);

    private final RedisTestServer server;
    private final MeterSampler sampler;
    private final List<SyncGuard> guards;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    });
    private final List<Future<?>> workers = new ArrayList<>();
    private volatile boolean over;

    private ContentionScenario(RedisTestServer server, MeterSampler sampler, List<SyncGuard> guards) {
        this.server = server;
        this.sampler = sampler;
        this.guards = guards;
    }

    /** Plays it, and returns what the meters showed. */
    static List<MeterSample> play() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        LockMeters meters = LockMeters.create();
        meters.bindTo(registry);
        try (RedisTestServer server = RedisTestServer.start()) {
            List<SyncGuard> guards = new ArrayList<>();
            try {
                IntStream.range(0, PROCESSES).forEach(i -> guards.add(connect(server, meters)));
                try (MeterSampler sampler = MeterSampler.start(registry, List.of(CHARGE, REPORT))) {
                    new ContentionScenario(server, sampler, guards).run();
                    guards.forEach(SyncGuard::close);
                    sampler.sample();
                    return sampler.samples();
                }
            } finally {
                guards.forEach(SyncGuard::close);
            }
        }
    }

    /** The first connection of a JVM takes long, so that it is made before the clock starts. */
    private static SyncGuard connect(RedisTestServer server, LockMeters meters) {
        SyncGuard guard = SyncGuard.connect(
                server.uri() + PATIENT,
                GuardOptions.defaults().withListener(new Unlogged()).withObserver(meters));
        guard.run("warm-up", () -> {});
        return guard;
    }

    /** Losses are part of the scenario. */
    private static final class Unlogged implements LockListener {
        @Override
        public void lockLost(LostLock lost) {}
    }

    private void run() throws Exception {
        try {
            calm();
            crowd();
            quiet();
            hang();
            recovery();
        } finally {
            over = true;
            threads.shutdown();
        }
        end();
    }

    private void calm() {
        for (int i = 0; i < PROCESSES; i++) {
            int process = i;
            workers.add(threads.submit(() -> report(process)));
            workers.add(threads.submit(() -> charge(process)));
        }
        await("all reports are being made", now -> now.of(REPORT).held() == PROCESSES);
        await("some payments were charged", now -> now.of(CHARGE).acquired() >= 2 * PROCESSES);
        Pause.millis(1_500);
    }

    /** They come while one of them is at work, which then all others wait for. */
    private void crowd() throws Exception {
        sampler.enter(ContentionPhase.CROWD);
        List<Future<?>> crowd = new ArrayList<>();
        try (HeldLock first = guards.get(0).acquire("payment-of-the-crowd", CHARGING)) {
            for (int i = 0; i < CROWD; i++) {
                SyncGuard guard = guards.get(i % PROCESSES);
                crowd.add(
                        threads.submit(() -> guard.run("payment-of-the-crowd", CHARGING, () -> Pause.of(CROWD_HOLD))));
                Pause.millis(ARRIVAL_MILLIS);
            }
            await("the crowd waits", now -> now.of(CHARGE).waiting() >= CROWD);
        }
        for (Future<?> one : crowd) {
            one.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private void quiet() {
        sampler.enter(ContentionPhase.QUIET);
        Pause.millis(1_500);
        await("nobody waits", now -> now.of(CHARGE).waiting() == 0);
    }

    private void hang() {
        sampler.enter(ContentionPhase.HANG);
        long before = sampler.sample().lost();
        server.suspend();
        await("all reports have lost their locks", now -> now.lost() >= before + PROCESSES);
        Pause.millis(1_000);
    }

    private void recovery() {
        sampler.enter(ContentionPhase.RECOVERY);
        long before = sampler.sample().of(CHARGE).acquired();
        server.resume();
        await("all reports have their locks again", now -> now.of(REPORT).held() == PROCESSES);
        await("payments go on", now -> now.of(CHARGE).acquired() >= before + 2 * PROCESSES);
        Pause.millis(1_500);
    }

    private void end() throws Exception {
        sampler.enter(ContentionPhase.END);
        for (Future<?> worker : workers) {
            worker.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        Pause.millis(500);
    }

    private void await(String what, Predicate<MeterSample> condition) {
        Await.until(what, () -> sampler.shows(condition));
    }

    /** Makes a report until the end, and begins anew after a loss. */
    private void report(int process) {
        while (!over) {
            try {
                HeldLock lock = guards.get(process).acquire("report-" + process, REPORTING);
                CountDownLatch lost = new CountDownLatch(1);
                lock.onLost(lost::countDown);
                while (lost.getCount() > 0 && !over) {
                    Pause.millis(20);
                }
                // A lost lock needs no release, which would wait for the server.
                if (over) {
                    lock.release();
                }
            } catch (LockException failed) {
                // As the next round may not.
                Pause.millis(20);
            }
        }
    }

    /** Charges payments until the end. Two processes share their customers, so that they meet now and then. */
    private void charge(int process) {
        for (int round = 0; !over; round++) {
            String key = "payment-" + process / 2 + "-" + round % 3;
            try {
                guards.get(process).run(key, CHARGING, () -> Pause.millis(CHARGE_MILLIS));
            } catch (LockException failed) {
                // As the next one may not.
            }
            Pause.millis(PAUSE_MILLIS + 40L * process);
        }
    }
}

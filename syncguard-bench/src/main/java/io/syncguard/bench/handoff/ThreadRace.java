package io.syncguard.bench.handoff;

import io.syncguard.bench.candidate.Candidate;
import io.syncguard.bench.candidate.Kinds;
import io.syncguard.bench.candidate.Lease;
import io.syncguard.bench.candidate.Preparation;
import io.syncguard.bench.redis.RedisMonitor;
import io.syncguard.bench.redis.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A race of threads in this JVM. */
final class ThreadRace implements Race {
    private final String redisUri;
    private final RedisMonitor monitor;
    private final boolean shared;

    /**
     * @param shared whether all contenders share one client, or each has one of its own
     */
    ThreadRace(String redisUri, RedisMonitor monitor, boolean shared) {
        this.redisUri = redisUri;
        this.monitor = monitor;
        this.shared = shared;
    }

    @Override
    public RaceResult run(Candidate candidate, Setting setting, String lockName, Duration length)
            throws RaceException, InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(setting.contenders());
        try (Clients clients = new Clients(candidate, redisUri, setting.contenders(), shared)) {
            prepare(clients, setting, lockName);
            List<Contender> contenders = contenders(clients, setting, lockName);
            return contend(contenders, threads, length);
        } catch (ExecutionException e) {
            throw new RaceException("a contender broke off: " + Kinds.of(e), e);
        } catch (RuntimeException e) {
            throw new RaceException("a client could not be opened or used: " + Kinds.of(e), e);
        } finally {
            threads.shutdownNow();
            // So that those of a race that broke off do not disturb the next.
            threads.awaitTermination(Lease.TTL.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static void prepare(Clients clients, Setting setting, String lockName)
            throws RaceException, InterruptedException {
        try {
            for (int number = 0; number < setting.contenders(); number++) {
                Preparation.of(clients.of(number).lock(lockName + "-own-" + number), Terms.PREPARATIONS_OF_THREAD);
            }
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new RaceException("a client could not be used: " + Kinds.of(e), e);
        }
    }

    private static List<Contender> contenders(Clients clients, Setting setting, String lockName) {
        List<Contender> contenders = new ArrayList<>();
        for (int number = 0; number < setting.contenders(); number++) {
            contenders.add(new Contender(number, clients.of(number).lock(lockName), setting.pause()));
        }
        return contenders;
    }

    private RaceResult contend(List<Contender> contenders, ExecutorService threads, Duration length)
            throws ExecutionException, InterruptedException {
        CompletableFuture<Window> start = new CompletableFuture<>();
        List<Future<List<Attempt>>> running = new ArrayList<>();
        for (Contender contender : contenders) {
            Callable<List<Attempt>> contending = () -> contender.contend(start.get());
            running.add(threads.submit(contending));
        }
        Window window = Window.soon(Terms.WARM_UP, length);
        start.complete(window);
        Window.await(window.fromNanos());
        Snapshot first = monitor.snapshot();
        Window.await(window.untilNanos());
        Snapshot last = monitor.snapshot();
        List<Attempt> attempts = new ArrayList<>();
        for (Future<List<Attempt>> each : running) {
            attempts.addAll(each.get());
        }
        return new RaceResult(contenders.size(), window, attempts, first, last);
    }
}

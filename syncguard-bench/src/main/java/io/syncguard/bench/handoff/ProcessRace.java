package io.syncguard.bench.handoff;

import io.syncguard.bench.candidate.Candidate;
import io.syncguard.bench.candidate.Kinds;
import io.syncguard.bench.redis.RedisMonitor;
import io.syncguard.bench.redis.Snapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A race of JVMs with one contender each.
 *
 * <p>Times of several JVMs are compared here, which {@link System#nanoTime()} does not promise to allow. On Linux it reads
 * {@code CLOCK_MONOTONIC}, which is one clock for the whole machine; elsewhere this race means nothing.
 */
final class ProcessRace implements Race {
    private final String redisUri;
    private final RedisMonitor monitor;

    ProcessRace(String redisUri, RedisMonitor monitor) {
        this.redisUri = redisUri;
        this.monitor = monitor;
    }

    @Override
    public RaceResult run(Candidate candidate, Setting setting, String lockName, Duration length)
            throws RaceException, InterruptedException {
        List<ContenderProcess> contenders = new ArrayList<>();
        try {
            for (int number = 0; number < setting.contenders(); number++) {
                contenders.add(ContenderProcess.start(number, candidate, setting, lockName, redisUri));
            }
            for (ContenderProcess contender : contenders) {
                contender.awaitReady();
            }
            return contend(contenders, length);
        } catch (IOException e) {
            throw new RaceException("a contender's JVM could not be used: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw new RaceException("the race broke off: " + Kinds.of(e), e);
        } finally {
            contenders.forEach(ContenderProcess::close);
        }
    }

    private RaceResult contend(List<ContenderProcess> contenders, Duration length)
            throws IOException, RaceException, InterruptedException {
        Duration warmUp = Terms.WARM_UP.plus(Terms.WARM_UP_PER_JVM.multipliedBy(contenders.size()));
        Window window = Window.soon(warmUp, length);
        for (ContenderProcess contender : contenders) {
            contender.go(window);
        }
        Window.await(window.fromNanos());
        Snapshot first = monitor.snapshot();
        Window.await(window.untilNanos());
        Snapshot last = monitor.snapshot();
        List<Attempt> attempts = new ArrayList<>();
        for (ContenderProcess contender : contenders) {
            attempts.addAll(contender.attempts());
        }
        return new RaceResult(contenders.size(), window, attempts, first, last);
    }
}

package io.syncguard.bench.run;

import io.syncguard.bench.candidate.Candidate;
import io.syncguard.bench.candidate.Candidates;
import io.syncguard.bench.redis.MonitoredCluster;
import io.syncguard.bench.redis.RedisMonitor;
import io.syncguard.testservers.FirestoreEmulator;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All that take part in one run; those that this machine cannot run are skipped, and said to be. Confined to one thread. */
public final class Field implements AutoCloseable {
    private static final String GENERATOR = "c-generator";
    private static final String FIRESTORE = "syncguard-firestore";

    private final List<Entrant> entrants = new ArrayList<>();
    private final Map<String, String> skipped = new TreeMap<>();
    private final RedisMonitor monitor;
    private @Nullable MonitoredCluster cluster;

    /**
     * Finds them. Starts a cluster if somebody is for one, and the Firestore emulator if it is wanted and there; nothing else.
     *
     * @param names who is wanted, in the order of the report
     * @param warmUp how long each runs each load before any round
     * @param progress is told of those that are skipped
     */
    public Field(List<String> names, String redisUri, RedisMonitor monitor, Duration warmUp, PrintStream progress) {
        this.monitor = monitor;
        for (String name : names) {
            Optional<String> missing = name.equals(GENERATOR) ? GeneratorEntrant.missing() : missing(name);
            if (missing.isPresent()) {
                progress.println("skipped: " + name + ": " + missing.get());
                skipped.put(name, missing.get());
            } else if (name.equals(GENERATOR)) {
                entrants.add(new GeneratorEntrant(redisUri, monitor));
            } else {
                Optional<String> emulator =
                        name.equals(FIRESTORE) ? Optional.of(FirestoreEmulator.address()) : Optional.empty();
                Candidate candidate = candidate(name);
                String uri = candidate.inCluster() ? cluster().uri() : redisUri;
                entrants.add(new CandidateEntrant(candidate, uri, emulator, warmUp));
            }
        }
    }

    private MonitoredCluster cluster() {
        MonitoredCluster started = cluster == null ? new MonitoredCluster() : cluster;
        cluster = started;
        return started;
    }

    private static Optional<String> missing(String name) {
        return candidate(name).missing();
    }

    private static Candidate candidate(String name) {
        return Candidates.named(name)
                .orElseThrow(() -> new IllegalArgumentException("there is no candidate '" + name + "'"));
    }

    /** Returns all names there are. */
    public static List<String> names() {
        List<String> names = new ArrayList<>(Candidates.names(Candidates.ALL));
        names.add(GENERATOR);
        return names;
    }

    /** Returns those that take part. */
    public List<Entrant> entrants() {
        return Collections.unmodifiableList(entrants);
    }

    /** Returns those that do not, by name, and why. */
    public Map<String, String> skipped() {
        return Collections.unmodifiableMap(skipped);
    }

    /** Removes all keys from all servers that they are on. */
    public void empty() {
        monitor.empty();
        if (cluster != null) {
            cluster.empty();
        }
    }

    /** Ends all of them, before others are to have the machine to themselves. Their names stay known. */
    public void stop() {
        entrants.forEach(Entrant::close);
        if (cluster != null) {
            cluster.close();
            cluster = null;
        }
    }

    @Override
    public void close() {
        stop();
    }
}

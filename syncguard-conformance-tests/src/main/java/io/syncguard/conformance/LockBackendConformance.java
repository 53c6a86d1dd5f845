package io.syncguard.conformance;

import io.syncguard.LockKey;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.WakeUps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ArgumentsSource;

/**
 * Every rule that a backend has to keep, as JUnit tests, each run through the blocking and through the asynchronous view.
 * A backend author extends this class and implements {@link #createBackend()}:
 *
 * <pre>{@code
 * class MyBackendTest extends LockBackendConformance {
 *     @Override
 *     protected LockBackend createBackend() {
 *         return MyLockBackend.create(server.address());
 *     }
 * }
 * }</pre>
 *
 * <p>The suite runs on JUnit 5.13 or later, and on JUnit 6. Spring Boot 3.5 manages an older one; set its property
 * {@code junit-jupiter.version} to 5.14.4.
 *
 * <p>The suite wants a real server and takes about a minute, most of which it waits for locks to expire. What it
 * leaves behind are locks that end by themselves within a minute, and counters. The message of a test that fails begins with the
 * rule it checks. The tests may run in parallel; the tag {@code side-by-side} is there to choose them by. Several runs may use one server
 * at the same time: keys are random, and the few whose text is fixed are used in turns.
 *
 * <p>What is about {@link LockBackend#wakeUps()} is skipped, with that reason, for a backend that cannot wake those that
 * wait. For one that can, all of it is tested, at either {@linkplain io.syncguard.spi.WakeUps.Level level}.
 *
 * <p><b>Certificate.</b> Each run of a class writes one, as a page of Markdown and as text: which rules the backend keeps and which it
 * breaks, which were not fully tested and why, which the suite has no test for, and whom a release wakes. Its first line has the numbers. A run of some of the
 * tests is called partial there. The files are named after the class and are in {@code target/conformance} or
 * {@code build/conformance}, where there is a directory {@code target} or {@code build}; else the line goes to the standard output alone.
 * The parameter {@code syncguard.conformance.directory} names another directory; if it is empty, nothing is written.
 * {@link #testedWith()} adds the versions of the server and of the client.
 *
 * <p><b>Slow servers.</b> A test waits 20 s at most for what has to happen; the parameter
 * {@code syncguard.conformance.longestWaitSeconds} sets another limit. Each test has 60 s in all: put a {@link Timeout @Timeout} on your
 * class if that is too little, or set JUnit's {@code junit.jupiter.execution.timeout.mode} to {@code disabled}. A check for which the
 * machine was too slow each time is skipped, with that reason. The parameter {@code syncguard.conformance.view}, {@code blocking} or
 * {@code async}, has one view tested, in half the time; such a run is partial. With a dot and the full name of your class after it, it
 * is for that class alone. These parameters of the suite are system properties or configuration parameters of JUnit. The system property {@code syncguard.conformance.raceMillis} says how long each race is run again, 200 by default:
 * less finds fewer mistakes, and more finds more.
 */
@Tag("side-by-side")
@ParameterizedClass(name = "{0}")
@ArgumentsSource(ViewsOfRun.class)
@ExtendWith({CertificateWriter.class, FailuresNameRules.class, LimitOfWaits.class})
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
public abstract class LockBackendConformance
        implements KeyRules,
                IdRules,
                FenceRules,
                CounterRules,
                TimeRules,
                ToleranceRules,
                AcquireRules,
                ReleaseRules,
                ExtendRules,
                CheckRules,
                LookupRules,
                ListingRules,
                HolderRules,
                OptionRules,
                PingRules,
                ErrorRules,
                LogRules,
                ReusedIdRules,
                ClockedFenceRules,
                ConcurrencyRules,
                RaceRules,
                PlaceRules,
                WakeUpRules,
                TurnRules,
                LevelRules,
                NetworkRules,
                ChangeTimeRules,
                CutRules,
                OutageRules,
                KilledClientRules,
                WrongClockRules {
    /** Set by JUnit. */
    @Parameter
    @Nullable
    View tested;

    private final List<LockBackend> created = new ArrayList<>();
    private final Set<String> packages = new TreeSet<>();
    private @Nullable LockBackend backend;
    private @Nullable FaultyNetwork network;
    private @Nullable RestartableServer server;

    /** For subclasses. */
    protected LockBackendConformance() {}

    /**
     * Returns a new backend, which the suite closes. All backends returned during a run keep their locks in the same
     * place, as processes that use one server do.
     *
     * <p>Return what users get: no stand-in for the server, no shortened times. The place should be empty when a run
     * begins; on a shared server give the backend a prefix or a collection of the run's own.
     */
    protected abstract LockBackend createBackend();

    /**
     * Sets a key's counter, the last fence of the key, on the server and by the server's own means. Override it: by default the tests
     * that need it are skipped, and what becomes of counters is not checked. These tests put a counter ahead of the clock, where it
     * is one after a clock that went back; far behind it, where other libraries have theirs; next to the last fence; and they lose it.
     *
     * @param key a key that is short and plain, and free
     * @param value the counter's new value; 0 for no counter, as if its data were lost
     */
    protected void setFenceCounter(LockKey key, long value) {
        Assumptions.abort(
                "the test needs a counter that it can set: override setFenceCounter to have the rule checked");
    }

    /**
     * Opens a way to the server that a test can disturb: the tests of what happens when a network delivers late, or nothing. Override
     * it: by default they are skipped. Where the server is reached by TCP, it is one line:
     *
     * <pre>{@code
     * return FaultyNetwork.to(server.address(), (address, timeout) -> MyLockBackend.create(address, timeout));
     * }</pre>
     *
     * <p>The suite closes it. Each test gets a network of its own.
     */
    protected FaultyNetwork openFaultyNetwork() {
        return Assumptions.abort(
                "the test needs a network that it can disturb: override openFaultyNetwork to have the rule checked");
    }

    /**
     * Starts a server of the test's own, which the test kills and starts again: the tests of calls, locks and waiters across that. Override
     * it: by default they are skipped. Each test calls it once, three in each view, and the suite closes what it returns.
     *
     * <p>A server that keeps nothing on disk tests more of the contract, as tokens have to rise all the same.
     */
    protected RestartableServer startServer() {
        return Assumptions.abort(
                "the test needs a server that it can kill: override startServer to have the rule checked");
    }

    /**
     * Returns a URI by which {@link io.syncguard.SyncGuard#openBackend} opens the backend in other processes, on the place of {@link
     * #createBackend()}: the same server, and the same prefix or collection. The tests of processes that are killed, and of processes
     * whose clock is wrong, start them. Override it: by default they are skipped.
     *
     * <p>A process has the class path of the one that runs the tests. It is told the URI by its standard input, because a password may be
     * in it. A wrong clock needs the command {@code faketime} (Debian's package of that name); without it those tests are skipped.
     */
    protected String addressForProcesses() {
        return Assumptions.abort(
                "the test needs clients in other processes: override addressForProcesses to have the rule checked");
    }

    /**
     * Returns the environment variables that {@link #addressForProcesses()} needs in addition to those of this process. None by default.
     */
    protected Map<String, String> environmentForProcesses() {
        return Map.of();
    }

    /**
     * Returns whether the server's clock can only be read before a change, not by the change itself, so that an expiry counts from
     * somewhat earlier. False by default. It is the safe side for a holder, whose own deadline counts from before its request; but that
     * no client's clock is meant, the suite cannot tell then, and skips that test.
     */
    protected boolean readsClockFirst() {
        return false;
    }

    /**
     * Returns whether calls go on trying while the server refuses connections, until their time is over. False by default: nobody waits for
     * a server that refuses the connection (OPT-2). With true the suite skips that test, and the certificate says so.
     */
    protected boolean triesAgainWhenRefused() {
        return false;
    }

    /**
     * Returns what the certificate of a run says that the backend was tested with, a line each, such as {@code "Redis 8.0.2, Jedis 7.1.0"}.
     * Override it to name the versions of the server and of the client; by default there are none. It is called once in a run, after a
     * test. An exception of it is in the certificate and fails no test.
     */
    protected List<String> testedWith() {
        return List.of();
    }

    @Override
    public final View view() {
        if (tested == null) {
            // An annotation that is not on the class path is none.
            throw new IllegalStateException("the suite needs JUnit 5.13 or later, which knows @ParameterizedClass; "
                    + "with Spring Boot 3.5, set junit-jupiter.version to 5.14.4 or later");
        }
        return tested;
    }

    @Override
    public final synchronized LockBackend backend() {
        LockBackend known = backend;
        if (known == null) {
            known = another();
            backend = known;
        }
        return known;
    }

    @Override
    public final synchronized LockBackend another() {
        return known(createBackend());
    }

    private LockBackend known(LockBackend backend) {
        packages.add(backend.getClass().getPackageName());
        packages.add(backend.async().getClass().getPackageName());
        LockBackend seen = view().of(backend);
        created.add(seen);
        return seen;
    }

    @Override
    public final synchronized FaultyNetwork network() {
        FaultyNetwork opened = openFaultyNetwork();
        network = opened;
        return opened;
    }

    @Override
    public final synchronized LockBackend behind(FaultyNetwork network, Duration operationTimeout) {
        return known(network.createBackend(operationTimeout));
    }

    @Override
    public final synchronized RestartableServer server() {
        RestartableServer started = startServer();
        server = started;
        return started;
    }

    @Override
    public final synchronized LockBackend on(RestartableServer server, Duration operationTimeout) {
        return known(server.createBackend(operationTimeout));
    }

    @Override
    public final ClientProcess process(Duration clockAhead) {
        return startProcess(clockAhead);
    }

    /** Starts a process. The suite's own tests, whose server is in this process, replace it. */
    ClientProcess startProcess(Duration clockAhead) {
        return ClientJvm.start(addressForProcesses(), environmentForProcesses(), view(), clockAhead);
    }

    @Override
    public final void requireClockOfTheChange() {
        Assumptions.assumeFalse(
                readsClockFirst(),
                "the server's clock is read before a change (readsClockFirst): TIME-4 is not tested");
    }

    @Override
    public final void requireEndWhenRefused() {
        Assumptions.assumeFalse(
                triesAgainWhenRefused(),
                "calls try again while connections are refused (triesAgainWhenRefused): that part of OPT-2 is not tested");
    }

    @Override
    public final synchronized Set<String> loggers() {
        return Set.copyOf(packages);
    }

    /** Returns the name of the backend that this test has created; empty if it has created none that tells one. */
    final synchronized Optional<String> backendName() {
        try {
            return created.stream().findFirst().map(each -> each.capabilities().name());
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    /** Returns whom a release wakes, in words; empty if this test has created no backend that tells. */
    final synchronized Optional<String> wakeUps() {
        try {
            return created.stream()
                    .findFirst()
                    .map(each -> each.wakeUps().map(WakeUps::level))
                    .map(level -> level.map(Subject::inWords).orElse("none: waiters retry after pauses"));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    @Override
    public final LockKey key() {
        return LockKey.of("conformance-" + UUID.randomUUID());
    }

    @Override
    public final void usedUpTo(LockKey key, long fence) {
        setFenceCounter(key, fence);
    }

    /** Closes every backend the test used, the network that it disturbed, and the server that it killed. */
    @AfterEach
    protected final synchronized void closeBackends() {
        FaultyNetwork opened = network;
        if (opened != null) {
            opened.resume();
        }
        List<RuntimeException> thrown = new ArrayList<>();
        for (LockBackend each : created) {
            try {
                each.close();
            } catch (RuntimeException e) {
                thrown.add(e);
            }
        }
        if (opened != null) {
            opened.close();
        }
        RestartableServer started = server;
        if (started != null) {
            started.close();
        }
        if (!thrown.isEmpty()) {
            throw new AssertionError("OPT-3 the close of a backend failed: " + thrown.get(0), thrown.get(0));
        }
    }
}

package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.syncguard.InterceptedBackend.Interceptor;
import io.syncguard.InterceptedBackend.Real;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.Extension;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.WakeUps;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Backends of other people that do what no backend may: throw exceptions of their own, or return nothing. */
@Timeout(180)
class DefectiveBackendTest {
    private static final Duration TTL = Duration.ofMinutes(10);
    private static final LockKey KEY = LockKey.of("k");
    private static final LockId ID = LockId.random();

    /** How a request ends after it has taken effect. */
    enum Defect {
        THROWS_EXCEPTION {
            @Override
            Object after(Object answer) {
                throw new IllegalStateException("the client's own");
            }
        },
        THROWS_ERROR {
            @Override
            Object after(Object answer) {
                throw new LinkageError("the client's own");
            }
        },
        RETURNS_NULL {
            @Override
            Object after(Object answer) {
                return null;
            }
        },
        ANSWERS_NULL {
            @Override
            Object after(Object answer) {
                return CompletableFuture.completedFuture(null);
            }
        },
        FAILS_WITH_EXCEPTION {
            @Override
            Object after(Object answer) {
                return CompletableFuture.failedFuture(new IllegalStateException("the client's own"));
            }
        },
        FAILS_WITH_ERROR {
            @Override
            Object after(Object answer) {
                return CompletableFuture.failedFuture(new LinkageError("the client's own"));
            }
        },
        FAILS_WRAPPED {
            @Override
            Object after(Object answer) {
                return CompletableFuture.failedFuture(
                        new CompletionException(new IllegalStateException("the client's own")));
            }
        };

        abstract Object after(Object answer);

        /** Returns whether it can be a defect of a blocking view. */
        boolean isBlocking() {
            return compareTo(ANSWERS_NULL) < 0;
        }
    }

    static Stream<Arguments> defects() {
        return Stream.of(Way.values()).flatMap(way -> Stream.of(Defect.values())
                .filter(defect -> way == Way.ASYNC || defect.isBlocking())
                .map(defect -> arguments(way, defect)));
    }

    /** Returns what a method can do that returns no future, whoever calls it. */
    static Stream<Arguments> blockingDefects() {
        return Stream.of(Way.values())
                .flatMap(way ->
                        Stream.of(Defect.values()).filter(Defect::isBlocking).map(defect -> arguments(way, defect)));
    }

    private final ScriptedBackend backend = new ScriptedBackend();

    /** The request that is defective; null while none is. */
    private volatile String defective;

    private SyncGuard guard;

    @AfterEach
    void close() {
        defective = null;
        if (guard != null) {
            guard.close();
        }
        cases.forEach(Beats::close);
    }

    /** Opens a guard on a backend which has a defect, in one of its views, when the test says so. */
    private void open(Way way, Defect defect) {
        Interceptor broken = (request, real) -> after(request.method(), real, defect);
        guard = SyncGuard.using(InterceptedBackend.of(
                backend,
                way == Way.BLOCKING ? broken : Interceptor.NONE,
                way == Way.ASYNC ? broken : Interceptor.NONE));
    }

    private Object after(String method, Real real, Defect defect) throws Throwable {
        Object answer = real.make();
        return method.equals(defective) ? defect.after(answer) : answer;
    }

    private static LockException failureOf(Runnable call) {
        LockException e = catchThrowableOfType(LockException.class, call::run);
        assertThat(e).as("the failure").isNotNull();
        return e;
    }

    private static void verify(LockException e, LockOperation operation, String fingerprint) {
        assertThat(e.code()).isEqualTo(LockErrorCode.INTERNAL);
        assertThat(e.isOutcomeUnknown()).isTrue();
        assertThat(e.operation()).isEqualTo(operation);
        assertThat(e.lockFingerprint()).contains(fingerprint);
        assertThat(e.getCause())
                .isNotNull()
                .satisfiesAnyOf(cause -> assertThat(cause).hasMessage("the client's own"), cause -> assertThat(cause)
                        .isInstanceOf(NullPointerException.class));
    }

    @ParameterizedTest
    @MethodSource("defects")
    @DisplayName(
            "ERR-1, ACQ-4 an acquire that fails with anything is INTERNAL, and what it may have acquired is abandoned")
    void acquire(Way way, Defect defect) {
        open(way, defect);
        defective = "acquire";
        List<Runnable> calls = List.of(
                () -> way.acquire(guard, KEY.value(), LockOptions.defaults()),
                () -> way.tryAcquire(guard, KEY.value(), TTL),
                () -> working(way));

        for (int i = 0; i < calls.size(); i++) {
            verify(failureOf(calls.get(i)), LockOperation.ACQUIRE, KEY.fingerprint());
            int abandons = i + 1;
            Await.until("it is abandoned", () -> backend.count("abandon") == abandons);
        }

        assertThat(backend.calls.stream()
                        .filter(call -> call.operation().equals("abandon"))
                        .map(ScriptedBackend.Call::id))
                .containsExactlyElementsOf(backend.calls.stream()
                        .filter(call -> call.operation().equals("acquire"))
                        .map(ScriptedBackend.Call::id)
                        .toList());
        assertThat(backend.count("release")).as("no work was done").isZero();
    }

    @ParameterizedTest
    @MethodSource("blockingDefects")
    @DisplayName("ERR-1, OPT-4 an acquire for which the backend makes no id is INTERNAL, and nothing was sent")
    void newLockId(Way way, Defect defect) {
        guard = SyncGuard.using(with(backend, "newLockId", () -> defect.after(null)));
        for (Runnable call : List.<Runnable>of(
                () -> way.acquire(guard, KEY.value(), LockOptions.defaults()),
                () -> way.tryAcquire(guard, KEY.value(), TTL),
                () -> working(way))) {
            LockException e = failureOf(call);
            assertThat(e.code()).isEqualTo(LockErrorCode.INTERNAL);
            assertThat(e.isOutcomeUnknown()).isFalse();
            assertThat(e.lockFingerprint()).contains(KEY.fingerprint());
        }
        assertThat(backend.calls).isEmpty();
    }

    private String working(Way way) {
        return way == Way.BLOCKING
                ? guard.<String, RuntimeException>call(KEY.value(), lock -> "result")
                : Way.joined(guard.async().call(KEY.value(), lock -> CompletableFuture.completedFuture("result")));
    }

    @ParameterizedTest
    @MethodSource("defects")
    @DisplayName("ERR-1 an extension or a release that fails with anything is INTERNAL, and may be repeated")
    void heldLock(Way way, Defect defect) {
        open(way, defect);
        LockHandle lock = way.tryAcquire(guard, KEY.value(), TTL).orElseThrow();

        defective = "extend";
        verify(failureOf(() -> way.extend(lock, TTL)), LockOperation.EXTEND, lock.keyFingerprint());
        assertThat(lock.isHeld()).as("the ttl it had").isTrue();
        defective = null;
        assertThat(way.extend(lock, TTL)).isTrue();

        defective = "release";
        verify(failureOf(() -> way.release(lock)), LockOperation.RELEASE, lock.keyFingerprint());
        assertThat(lock.isHeld()).as("whether it is held is not known").isFalse();
        defective = null;
        assertThat(way.release(lock)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("defects")
    @DisplayName("ERR-1 a call that waits behind another one on its handle fails like one that does not")
    void heldLockInTurn(Way way, Defect defect) throws Exception {
        // Calls that wait are made through the asynchronous view.
        open(Way.ASYNC, defect);
        LockHandle lock = way.tryAcquire(guard, KEY.value(), TTL).orElseThrow();
        CompletableFuture<Void> unstuck = new CompletableFuture<>();
        backend.extensions.add(() -> {
            unstuck.join();
            return new Extended(Instant.EPOCH);
        });
        start(() -> way.extend(lock, TTL));
        Await.until("it is under way", () -> backend.count("extend") == 1);
        FutureTask<LockException> waiting = start(() -> failureOf(() -> way.release(lock)));
        assertThat(backend.count("release")).isZero();
        defective = "release";

        unstuck.complete(null);

        verify(waiting.get(20, TimeUnit.SECONDS), LockOperation.RELEASE, lock.keyFingerprint());
    }

    private static <T> FutureTask<T> start(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        Await.until("it has begun", () -> thread.getState() != Thread.State.RUNNABLE);
        return task;
    }

    @ParameterizedTest
    @MethodSource("defects")
    @DisplayName("ERR-1 a lookup that fails with anything is INTERNAL")
    void lookups(Way way, Defect defect) {
        open(way, defect);
        AsyncGuard async = guard.async();
        boolean blocking = way == Way.BLOCKING;
        Map<LockOperation, List<Runnable>> byKey = Map.of(
                LockOperation.IS_LOCKED,
                List.of(() -> {
                    boolean unused = blocking ? guard.isLocked(KEY.value()) : Way.joined(async.isLocked(KEY.value()));
                }),
                LockOperation.LOOKUP,
                List.of(
                        () -> answer(blocking ? guard.lookup(KEY.value()) : Way.joined(async.lookup(KEY.value()))),
                        () -> answer(
                                blocking ? guard.lookupRaw(KEY.value()) : Way.joined(async.lookupRaw(KEY.value())))));
        List<Runnable> byId = List.of(
                () -> answer(blocking ? guard.lookup(ID) : Way.joined(async.lookup(ID))),
                () -> answer(blocking ? guard.lookupRaw(ID) : Way.joined(async.lookupRaw(ID))),
                () -> answer(blocking ? guard.owns(ID) : Way.joined(async.owns(ID))));

        defective = "isLocked";
        byKey.get(LockOperation.IS_LOCKED)
                .forEach(call -> verify(failureOf(call), LockOperation.IS_LOCKED, KEY.fingerprint()));
        defective = "lookup";
        byKey.get(LockOperation.LOOKUP)
                .forEach(call -> verify(failureOf(call), LockOperation.LOOKUP, KEY.fingerprint()));
        byId.forEach(call -> verify(failureOf(call), LockOperation.LOOKUP, ID.fingerprint()));
    }

    private static void answer(Object unused) {}

    @ParameterizedTest
    @MethodSource("defects")
    @DisplayName("HLD-7 closing a handle throws nothing, hides no result, and the lock is freed in the background")
    void closingAHandle(Way way, Defect defect) {
        open(way, defect);
        LockHandle lock = way.tryAcquire(guard, KEY.value(), TTL).orElseThrow();
        defective = "release";

        assertThatCode(() -> way.close(lock)).doesNotThrowAnyException();
        Await.until("it is freed", () -> backend.count("abandon") == 1);
        assertThat(working(way)).isEqualTo("result");
        Await.until("it is freed", () -> backend.count("abandon") == 2);
    }

    @ParameterizedTest
    @EnumSource(Defect.class)
    @DisplayName("ACQ-4 abandoning that fails with anything is repeated until it succeeds")
    void abandoning(Defect defect) {
        AtomicInteger abandons = new AtomicInteger();
        guard = SyncGuard.using(InterceptedBackend.of(backend, Interceptor.NONE, (request, real) -> {
            Object answer = real.make();
            // An abandon is answered with null if all is well.
            boolean breaks = request.method().equals("abandon")
                    && defect != Defect.ANSWERS_NULL
                    && abandons.incrementAndGet() < 3;
            return breaks ? defect.after(answer) : answer;
        }));
        backend.acquires.add(ScriptedBackend.failing(LockErrorCode.NETWORK_TIMEOUT, true));

        failureOf(() -> Way.ASYNC.tryAcquire(guard, KEY.value(), TTL));

        long expected = defect == Defect.ANSWERS_NULL ? 1 : 3;
        Await.until("it succeeds", () -> backend.count("abandon") == expected);
        guard.close();
        assertThat(backend.count("abandon")).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(Defect.class)
    @DisplayName(
            "OPT-3, HLD-7 closing the guard throws nothing, whatever its last requests and the backend's close fail with")
    void closingTheGuard(Defect defect) {
        open(Way.ASYNC, defect);
        LockHandle lock = Way.BLOCKING.tryAcquire(guard, KEY.value(), TTL).orElseThrow();
        CompletableFuture<Void> told = lock.lost().toCompletableFuture();
        defective = "release";

        assertThatCode(guard::close).doesNotThrowAnyException();

        assertThat(backend.count("close")).isEqualTo(1);
        Await.until("the holder is told", told::isDone);
    }

    @ParameterizedTest
    @EnumSource(
            value = Defect.class,
            names = {"THROWS_EXCEPTION", "THROWS_ERROR"})
    @DisplayName("OPT-3 a backend that throws on closing leaves no thread of the guard's behind")
    void backendThrowsOnClosing(Defect defect) {
        AtomicBoolean closed = new AtomicBoolean();
        guard = SyncGuard.using(
                with(backend, "close", () -> {
                    closed.set(true);
                    defect.after(null);
                }),
                GuardOptions.defaults().withListener(new LockListener() {}));
        LockHandle lock =
                Way.BLOCKING.acquire(guard, KEY.value(), LockOptions.defaults().withHeartbeat());
        CompletableFuture<Void> told = lock.lost().toCompletableFuture();

        assertThatCode(guard::close).doesNotThrowAnyException();

        assertThat(closed).isTrue();
        Await.until("the holder is told", told::isDone);
        Await.until("no thread is left", () -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("syncguard-")));
    }

    /** Returns the backend with one method that answers null, if it does not throw. */
    private static LockBackend with(ScriptedBackend backend, String name, Runnable body) {
        return (LockBackend) Proxy.newProxyInstance(
                DefectiveBackendTest.class.getClassLoader(),
                new Class<?>[] {LockBackend.class},
                (self, method, arguments) -> {
                    if (method.getName().equals(name)) {
                        body.run();
                        return null;
                    }
                    return method.invoke(backend, arguments);
                });
    }

    @ParameterizedTest
    @MethodSource("defects")
    @DisplayName(
            "ERR-1, ACQ-4 an attempt in a place that fails with anything is INTERNAL, abandoned, and leaves the place")
    void attemptInAPlace(Way way, Defect defect) {
        ScriptedWakeUps places = new ScriptedWakeUps();
        places.holdBack = Duration.ofMillis(1);
        places.answers = ScriptedBackend::acquired;
        backend.wakeUps = new BrokenPlaces(places, defect, way);
        guard = SyncGuard.using(backend);

        verify(
                failureOf(() -> way.acquire(guard, KEY.value(), LockOptions.defaults())),
                LockOperation.ACQUIRE,
                KEY.fingerprint());

        Await.until("it is abandoned", () -> backend.count("abandon") == 1);
        assertThat(backend.calls.get(0).id()).isEqualTo(places.attempts.get(0).id());
        Await.until("the place is left", () -> places.closed.size() == 1);
    }

    /** Places whose attempts take effect and end with a defect. */
    private record BrokenPlaces(ScriptedWakeUps real, Defect defect, Way way) implements WakeUps {
        @Override
        public Place enter(LockKey key, Runnable wake) {
            Place place = real.enter(key, wake);
            return (Place) Proxy.newProxyInstance(
                    DefectiveBackendTest.class.getClassLoader(),
                    new Class<?>[] {Place.class},
                    (self, method, given) -> {
                        Object answer = method.invoke(place, given);
                        boolean breaks = method.getName().equals(way == Way.BLOCKING ? "acquire" : "acquireAsync");
                        return breaks ? defect.after(answer) : answer;
                    });
        }

        @Override
        public Duration holdBack(LockKey key) {
            return real.holdBack(key);
        }
    }

    /** What becomes of the futures that extendAll should return. */
    enum Broken {
        THROWS_EXCEPTION(all -> {
            throw new IllegalStateException("the client's own");
        }),
        THROWS_ERROR(all -> {
            throw new LinkageError("the client's own");
        }),
        RETURNS_NULL(all -> null),
        RETURNS_NONE(all -> List.of()),
        ONE_TOO_FEW(all -> all.subList(0, all.size() - 1)),
        ONE_TOO_MANY(all -> {
            List<CompletableFuture<ExtendResult>> more = new ArrayList<>(all);
            more.add(CompletableFuture.failedFuture(new IllegalStateException("of nobody")));
            return more;
        }),
        NULL_ELEMENTS(all -> Collections.nCopies(all.size(), null)),
        SAME_TWICE(all -> {
            List<CompletableFuture<ExtendResult>> same = new ArrayList<>(all);
            same.set(0, all.get(all.size() - 1));
            return same;
        }),
        ONE_FOR_ALL(all -> Collections.nCopies(all.size(), all.get(0))),
        ANSWERS_NULL(all -> Collections.nCopies(all.size(), CompletableFuture.<ExtendResult>completedFuture(null))),
        NEVER_ANSWERS(all -> Collections.nCopies(all.size(), new CompletableFuture<ExtendResult>()));

        final Function<List<CompletableFuture<ExtendResult>>, List<CompletableFuture<ExtendResult>>> breaking;

        /** Whether no lock can be extended. */
        final boolean leavesNothing;

        Broken(Function<List<CompletableFuture<ExtendResult>>, List<CompletableFuture<ExtendResult>>> breaking) {
            this.breaking = breaking;
            this.leavesNothing = !List.of("ONE_TOO_FEW", "ONE_TOO_MANY", "SAME_TWICE", "ONE_FOR_ALL")
                    .contains(name());
        }
    }

    /** Locks with heartbeats on a server of their own, so that many cases can be watched side by side. */
    private static final class Beats implements AutoCloseable {
        /** Takes the place of extendAll. */
        interface Breaking {
            List<CompletableFuture<ExtendResult>> broken(
                    int request, List<LockId> ids, List<CompletableFuture<ExtendResult>> futures);
        }

        final String name;
        final AtomicInteger requests = new AtomicInteger();
        final AtomicInteger together = new AtomicInteger();
        final Map<LockId, AtomicInteger> extended = new ConcurrentHashMap<>();
        final SyncGuard guard;
        List<LockHandle> locks = new ArrayList<>();

        Beats(String name, Breaking breaking) {
            this.name = name;
            this.guard =
                    SyncGuard.using(InterceptedBackend.of(new ScriptedBackend(), Interceptor.NONE, (request, real) -> {
                        if (!request.method().equals("extendAll")) {
                            return real.make();
                        }
                        List<?> extensions = request.argument(List.class);
                        List<LockId> ids = extensions.stream()
                                .map(each -> ((Extension) each).id())
                                .toList();
                        ids.forEach(id -> extended.computeIfAbsent(id, absent -> new AtomicInteger())
                                .incrementAndGet());
                        if (ids.size() > 1) {
                            together.incrementAndGet();
                        }
                        return breaking.broken(requests.incrementAndGet(), ids, made(real));
                    }));
        }

        @SuppressWarnings("unchecked")
        private static List<CompletableFuture<ExtendResult>> made(Real real) throws Throwable {
            return (List<CompletableFuture<ExtendResult>>) real.make();
        }

        void acquire(Duration ttl) {
            locks = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                locks.add(Way.values()[i % 2].acquire(
                        guard, "k" + i, LockOptions.defaults().withTtl(ttl).withHeartbeat()));
            }
        }

        @Override
        public void close() {
            guard.close();
        }
    }

    private final List<Beats> cases = new ArrayList<>();

    private Beats beats(String name, Duration ttl, Beats.Breaking breaking) {
        Beats beats = new Beats(name, breaking);
        cases.add(beats);
        beats.acquire(ttl);
        return beats;
    }

    private void allHeldFor(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - end < 0) {
            for (Beats each : cases) {
                assertThat(each.locks).as(each.name).allMatch(LockHandle::isHeld);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    @Test
    @DisplayName(
            "HLD-2, HLD-5 beats that were broken a few times, in whatever way, are repeated, and every lock stays held")
    void extendAllBrokenAtFirst() {
        Duration ttl = Duration.ofSeconds(4);
        for (Broken broken : Broken.values()) {
            beats(
                    broken.name(),
                    ttl,
                    (request, ids, futures) -> request <= 2 ? broken.breaking.apply(futures) : futures);
        }

        allHeldFor(ttl.multipliedBy(2));

        assertThat(cases).allMatch(each -> each.requests.get() > 2);
    }

    @Test
    @DisplayName("HLD-5 what is always wrong with beats that are sent together harms no lock whose extension succeeds")
    void extendAllAlwaysBroken() {
        Duration ttl = Duration.ofSeconds(2);
        for (Broken broken : Broken.values()) {
            if (!broken.leavesNothing) {
                beats(
                        broken.name(),
                        ttl,
                        (request, ids, futures) -> ids.size() == 1 ? futures : broken.breaking.apply(futures));
            }
        }

        allHeldFor(ttl.multipliedBy(2));

        for (Beats each : cases) {
            assertThat(each.together).as("requests for several locks").hasPositiveValue();
            assertThat(each.locks).allMatch(lock -> each.extended.get(lock.id()).get() >= 2);
        }
    }

    @Test
    @DisplayName("HLD-2, HLD-4 a lock whose beats always fail is lost at its deadline, and all others stay held")
    void oneAlwaysFails() {
        Duration ttl = Duration.ofSeconds(2);
        Map<Beats, LockHandle> victims = new HashMap<>();
        for (Defect defect : List.of(
                Defect.RETURNS_NULL, Defect.FAILS_WITH_EXCEPTION, Defect.FAILS_WITH_ERROR, Defect.ANSWERS_NULL)) {
            AtomicReference<LockId> victim = new AtomicReference<>();
            Beats beats = beats(defect.name(), ttl, (request, ids, futures) -> {
                List<CompletableFuture<ExtendResult>> broken = new ArrayList<>(futures);
                int index = ids.indexOf(victim.get());
                if (index >= 0) {
                    broken.set(index, future(defect));
                }
                return broken;
            });
            LockHandle lock = beats.locks.remove(7);
            victim.set(lock.id());
            victims.put(beats, lock);
        }
        Map<Beats, CompletableFuture<Void>> told = new HashMap<>();
        victims.forEach((beats, lock) -> told.put(beats, lock.lost().toCompletableFuture()));

        allHeldFor(ttl.multipliedBy(2));

        victims.forEach((beats, lock) -> {
            Await.until("it is told: " + beats.name, told.get(beats)::isDone);
            assertThat(lock.isHeld()).isFalse();
            assertThat(beats.extended.get(lock.id()))
                    .as("beats of the one that is lost: " + beats.name)
                    .hasValueBetween(2, 70);
        });
    }

    @SuppressWarnings("unchecked")
    private static CompletableFuture<ExtendResult> future(Defect defect) {
        return (CompletableFuture<ExtendResult>) defect.after(null);
    }

    @Test
    @DisplayName(
            "HLD-4 beats that never succeed cost the locks at their deadlines, and the heartbeat of later locks goes on")
    void nothingSucceedsForAWhile() {
        AtomicBoolean breaks = new AtomicBoolean(true);
        for (Broken broken : Broken.values()) {
            if (broken.leavesNothing) {
                beats(
                        broken.name(),
                        Duration.ofMillis(600),
                        (request, ids, futures) -> breaks.get() ? broken.breaking.apply(futures) : futures);
            }
        }
        List<CompletableFuture<Void>> told = cases.stream()
                .flatMap(each -> each.locks.stream())
                .map(lock -> lock.lost().toCompletableFuture())
                .toList();
        Await.until("all holders are told", () -> told.stream().allMatch(CompletableFuture::isDone));
        breaks.set(false);
        Duration ttl = Duration.ofSeconds(2);
        cases.forEach(each -> each.acquire(ttl));

        allHeldFor(ttl.multipliedBy(2));
    }
}

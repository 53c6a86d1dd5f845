package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.firestore.Firestore;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.WakeUps;
import io.syncguard.testsupport.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several processes, of whose commits many are lost, late or not answered. */
@Timeout(180)
class FaultsAtRandomTest {
    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private static final class Chaos implements ClientInterceptor {
        private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(run -> {
            Thread thread = new Thread(run);
            thread.setDaemon(true);
            return thread;
        });
        volatile boolean on = true;

        @Override
        public <Q, S> ClientCall<Q, S> interceptCall(MethodDescriptor<Q, S> method, CallOptions options, Channel next) {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            int dice = random.nextInt(100);
            boolean commit = "Commit".equals(method.getBareMethodName());
            if (!on || !commit || dice >= 40) {
                return next.newCall(method, options);
            }
            Status status = random.nextBoolean() ? Status.UNAVAILABLE : Status.DEADLINE_EXCEEDED;
            long late = dice < 15 ? random.nextLong(800) : 0;
            if (dice < 25) {
                // The client hears a failure at once, and the request arrives later, or never.
                return new SimpleForwardingClientCall<Q, S>(next.newCall(method, options)) {
                    private @Nullable Listener<S> listener;

                    @Override
                    public void start(Listener<S> to, Metadata headers) {
                        listener = to;
                        super.start(new Listener<S>() {}, headers);
                        super.request(2);
                    }

                    @Override
                    public void request(int count) {}

                    @Override
                    public void halfClose() {
                        if (dice < 20) {
                            var unused = timer.schedule(super::halfClose, late, TimeUnit.MILLISECONDS);
                        } else {
                            super.cancel("lost", null);
                        }
                        Listener<S> to = listener;
                        var unused = timer.schedule(
                                () -> to.onClose(status, new Metadata()), random(30), TimeUnit.MILLISECONDS);
                    }

                    @Override
                    public void cancel(@Nullable String message, @Nullable Throwable cause) {}
                };
            }
            return new SimpleForwardingClientCall<Q, S>(next.newCall(method, options)) {
                @Override
                public void start(Listener<S> to, Metadata headers) {
                    super.start(
                            new SimpleForwardingClientCallListener<S>(to) {
                                @Override
                                public void onMessage(S message) {}

                                @Override
                                public void onClose(Status real, Metadata trailers) {
                                    super.onClose(status, new Metadata());
                                }
                            },
                            headers);
                }
            };
        }

        private static long random(long bound) {
            return ThreadLocalRandom.current().nextLong(bound);
        }
    }

    @Test
    @DisplayName(
            "ACQ-1, FEN-1, ACQ-4, FST-4 whatever is lost or late, one holder at a time, rising tokens, nothing left behind")
    void chaos() throws InterruptedException {
        FirestoreLockOptions options = FirestoreLockOptions.defaults()
                .withCollection("locks-" + UUID.randomUUID())
                .withOperationTimeout(Duration.ofMillis(100));
        Emulated.shared();
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        ConcurrentMap<LockId, String> fates = new ConcurrentHashMap<>();
        AtomicInteger acquired = new AtomicInteger();
        AtomicInteger unknown = new AtomicInteger();
        AtomicInteger known = new AtomicInteger();
        AtomicInteger absents = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        List<Chaos> all = new ArrayList<>();
        List<Firestore> clients = new ArrayList<>();
        List<LockBackend> backends = new ArrayList<>();
        int keys = 2;
        AtomicInteger[] holders = new AtomicInteger[keys];
        AtomicLong[] tokens = new AtomicLong[keys];
        for (int k = 0; k < keys; k++) {
            holders[k] = new AtomicInteger();
            tokens[k] = new AtomicLong();
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.getLong("chaos", 25));
        for (int p = 0; p < 4; p++) {
            Chaos chaos = new Chaos();
            all.add(chaos);
            Firestore client = Emulated.through(chaos);
            clients.add(client);
            LockBackend backend = FirestoreLockBackend.create(client, options);
            backends.add(backend);
            for (int t = 0; t < 2; t++) {
                int k = t;
                LockKey key = LockKey.of("key" + k);
                boolean waits = p % 2 == 0;
                Thread thread = new Thread(() -> {
                    while (System.nanoTime() < end) {
                        LockId id =
                                ThreadLocalRandom.current().nextInt(4) == 0 ? LockId.random() : backend.newLockId(key);
                        Ttl ttl = new Ttl(3_600_000);
                        boolean got = false;
                        try {
                            AcquireResult result;
                            if (waits) {
                                try (WakeUps.Place place =
                                        backend.wakeUps().orElseThrow().enter(key, () -> {})) {
                                    result = place.acquire(id, ttl, Duration.ZERO);
                                }
                            } else {
                                result = backend.acquire(key, id, ttl);
                            }
                            fates.merge(id, "acquire: " + result.getClass().getSimpleName(), FaultsAtRandomTest::then);
                            if (result instanceof Acquired lock) {
                                got = true;
                                acquired.incrementAndGet();
                                if (holders[k].incrementAndGet() > 1) {
                                    wrong.add("two holders of " + key);
                                }
                                long before = tokens[k].getAndSet(lock.fence().value());
                                if (before >= lock.fence().value()) {
                                    wrong.add("token fell " + before + " " + lock.fence());
                                }
                            }
                        } catch (LockException e) {
                            fates.merge(id, "acquire: " + e, FaultsAtRandomTest::then);
                            if (e.isOutcomeUnknown()) {
                                unknown.incrementAndGet();
                                settle(() -> backend.abandon(key, id, ttl));
                            } else {
                                known.incrementAndGet();
                            }
                            continue;
                        }
                        if (!got) {
                            Pause.millis(5);
                            continue;
                        }
                        if (ThreadLocalRandom.current().nextInt(3) == 0) {
                            try {
                                if (!(backend.extend(id, ttl) instanceof ExtendResult.Extended)) {
                                    wrong.add("extension absent");
                                }
                            } catch (LockException e) {
                                unknown.addAndGet(e.isOutcomeUnknown() ? 1 : 0);
                            }
                        }
                        holders[k].decrementAndGet();
                        boolean unsure = false;
                        while (true) {
                            try {
                                ReleaseResult released = backend.release(id);
                                fates.merge(id, "release: " + released, FaultsAtRandomTest::then);
                                if (released == ReleaseResult.ABSENT) {
                                    absents.incrementAndGet();
                                    if (!unsure) {
                                        wrong.add("release absent");
                                    }
                                }
                                break;
                            } catch (LockException e) {
                                fates.merge(id, "release: " + e, FaultsAtRandomTest::then);
                                unsure |= e.isOutcomeUnknown();
                                Pause.millis(10);
                            }
                        }
                    }
                });
                threads.add(thread);
                thread.start();
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
        all.forEach(chaos -> chaos.on = false);
        Pause.millis(1_500);
        LockBackend other = FirestoreLockBackend.create(Emulated.shared(), options);
        for (int k = 0; k < keys; k++) {
            other.lookup(LockKey.of("key" + k))
                    .ifPresent(lock -> wrong.add("left behind: " + lock + ", " + fates.get(lock.id())));
        }
        backends.forEach(LockBackend::close);
        clients.forEach(Emulated::close);
        assertThat(wrong)
                .as("%s acquired, %s of unknown outcome, %s failed, %s absent", acquired, unknown, known, absents)
                .isEmpty();
    }

    private static String then(String earlier, String next) {
        return earlier + "; " + next;
    }

    private static void settle(Runnable abandon) {
        while (true) {
            try {
                abandon.run();
                return;
            } catch (LockException e) {
                Pause.millis(10);
            }
        }
    }
}

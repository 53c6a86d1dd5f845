package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.HeldLock;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.spi.DaemonThreads;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.RedisTestServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

/** A hundred thousand virtual threads that each take and release a lock of their own. */
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
public abstract class VirtualThreadLoad {
    private static final int THREADS = 100_000;
    private static final Duration TTL = Duration.ofMinutes(5);

    /** They all call at once, and the last of them is answered when all others have been. */
    private static final String PATIENCE = "?operationTimeoutMillis=60000";

    private static final String PINNED = "jdk.VirtualThreadPinned";

    @TempDir
    private Path folder;

    /** Returns a backend opened by a {@code redis://} URI, which the test closes. */
    protected abstract LockBackend open(String uri);

    /** Returns a backend on a client that was handed in, which the test closes. */
    protected abstract LockBackend onClient(String uri, Duration operationTimeout);

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads are there from JDK 21 on")
    @DisplayName("OPT-2 a hundred thousand virtual threads at once: all succeed, and none is pinned by our code")
    protected void byUri() throws Exception {
        try (RedisTestServer server = RedisTestServer.start()) {
            takeAndRelease(open(server.uri() + PATIENCE));
        }
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads are there from JDK 21 on")
    @DisplayName("OPT-2 the same through a client that was handed in")
    protected void onClient() throws Exception {
        try (RedisTestServer server = RedisTestServer.start()) {
            takeAndRelease(onClient(server.uri(), Duration.ofMinutes(1)));
        }
    }

    private void takeAndRelease(LockBackend backend) throws Exception {
        Path events = folder.resolve("pinned.jfr");
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        try (SyncGuard guard = SyncGuard.using(backend);
                Recording recording = new Recording()) {
            // The JVM pins the first virtual threads that read from sockets, while it gets ready for them.
            assertThat(takeAndRelease(guard, 100, failures)).isEqualTo(100);
            recording.enable(PINNED).withStackTrace().withThreshold(Duration.ZERO);
            recording.start();
            assertThat(takeAndRelease(guard, THREADS, failures))
                    .as("locks taken and released")
                    .isEqualTo(THREADS);
            recording.stop();
            recording.dump(events);
        }
        assertThat(List.copyOf(failures)).as("failures").isEmpty();
        assertThat(RecordingFile.readAllEvents(events).stream()
                        .map(VirtualThreadLoad::ourFrames)
                        .filter(frames -> !frames.isEmpty())
                        .distinct())
                .as("places of ours in which a virtual thread was pinned")
                .isEmpty();
    }

    /** Returns how many of so many virtual threads took and released a lock. */
    private static int takeAndRelease(SyncGuard guard, int count, Queue<Throwable> failures)
            throws InterruptedException {
        AtomicInteger released = new AtomicInteger();
        ExecutorService threads = DaemonThreads.virtual("user").orElseThrow();
        for (int i = 0; i < count; i++) {
            String key = "key-" + i;
            threads.execute(() -> {
                try {
                    HeldLock lock = guard.tryAcquire(key, LockOptions.defaults().withTtl(TTL))
                            .orElseThrow();
                    if (lock.release()) {
                        released.incrementAndGet();
                    }
                } catch (RuntimeException e) {
                    failures.add(e);
                }
            });
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(120, TimeUnit.SECONDS))
                .as("all have ended")
                .isTrue();
        return released.get();
    }

    /** Returns the frames of our own code in which a virtual thread was pinned; empty if there are none. */
    private static String ourFrames(RecordedEvent event) {
        if (event.getStackTrace() == null) {
            return "";
        }
        if (!event.getEventType().getName().equals(PINNED)) {
            return "";
        }
        StringBuilder ours = new StringBuilder();
        event.getStackTrace().getFrames().stream()
                .map(frame -> frame.getMethod().getType().getName() + "."
                        + frame.getMethod().getName() + ":" + frame.getLineNumber())
                .filter(frame -> frame.startsWith("io.syncguard.") && !frame.contains(".tests."))
                .forEach(frame -> ours.append(frame).append('\n'));
        return ours.toString();
    }
}

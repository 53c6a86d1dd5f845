package io.syncguard.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.FenceToken;
import io.syncguard.SyncGuard;
import io.syncguard.examples.JobDeduplication.Jobs;
import io.syncguard.testservers.RedisTestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class JobDeduplicationTest {
    private static final int WORKERS = 6;

    @Test
    @DisplayName("a job that many are handed at once is done once, and all know it is done when they return")
    void once() throws Exception {
        Board board = new Board();
        ExecutorService threads = Executors.newFixedThreadPool(WORKERS);
        CyclicBarrier ready = new CyclicBarrier(WORKERS);
        try (RedisTestServer server = RedisTestServer.start()) {
            List<CompletableFuture<Boolean>> turns = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                turns.add(CompletableFuture.supplyAsync(
                        () -> onItsOwn(server.uri() + "?operationTimeoutMillis=20000", ready, board), threads));
            }
            int did = 0;
            for (CompletableFuture<Boolean> turn : turns) {
                did += turn.get(150, TimeUnit.SECONDS) ? 1 : 0;
            }

            assertThat(did).as("calls that did the job").isEqualTo(1);
            assertThat(board.executed).containsExactly("42");
        } finally {
            threads.shutdown();
        }
    }

    /** As a process of its own would do it. */
    private static boolean onItsOwn(String uri, CyclicBarrier ready, Board board) {
        try (SyncGuard guard = SyncGuard.connect(uri)) {
            guard.isLocked("warm-up");
            ready.await(60, TimeUnit.SECONDS);
            boolean did = new JobDeduplication(guard, board).process("42");
            assertThat(board.isPending("42")).isFalse();
            return did;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Board implements Jobs {
        private final Queue<String> executed = new ConcurrentLinkedQueue<>();
        private final Map<String, FenceToken> done = new ConcurrentHashMap<>();

        @Override
        public boolean isPending(String jobId) {
            return !done.containsKey(jobId);
        }

        @Override
        public void execute(String jobId) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            executed.add(jobId);
        }

        @Override
        public void markDone(String jobId, FenceToken fence) {
            FenceToken unused = done.merge(jobId, fence, (seen, given) -> {
                assertThat(given).isGreaterThanOrEqualTo(seen);
                return given;
            });
        }
    }
}

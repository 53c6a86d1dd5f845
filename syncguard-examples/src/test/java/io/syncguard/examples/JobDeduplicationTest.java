package io.syncguard.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.FenceToken;
import io.syncguard.SyncGuard;
import io.syncguard.examples.JobDeduplication.Jobs;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testsupport.Pause;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class JobDeduplicationTest {
    private static final int WORKERS = 6;

    @Test
    @DisplayName("a job that is delivered to many workers until it is done is executed once")
    void once() throws Exception {
        Board board = new Board();
        ExecutorService threads = Executors.newFixedThreadPool(WORKERS);
        CyclicBarrier ready = new CyclicBarrier(WORKERS);
        try (RedisTestServer server = RedisTestServer.start()) {
            List<CompletableFuture<Integer>> turns = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                turns.add(CompletableFuture.supplyAsync(
                        () -> onItsOwn(server.uri() + "?operationTimeoutMillis=20000", ready, board), threads));
            }
            int skipped = 0;
            for (CompletableFuture<Integer> turn : turns) {
                skipped += turn.get(150, TimeUnit.SECONDS);
            }

            assertThat(board.executed).containsExactly("42");
            assertThat(skipped).as("deliveries that were skipped").isPositive();
        } finally {
            threads.shutdown();
        }
    }

    /** Works as a process of its own would. Returns how many deliveries it skipped. */
    private static int onItsOwn(String uri, CyclicBarrier ready, Board board) {
        try (SyncGuard guard = SyncGuard.connect(uri)) {
            guard.ping();
            ready.await(60, TimeUnit.SECONDS);
            JobDeduplication worker = new JobDeduplication(guard, board);
            int skipped = 0;
            while (!worker.process("42")) {
                skipped++;
                Pause.millis(20);
            }
            assertThat(board.isPending("42")).isFalse();
            return skipped;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("any number of jobs leaves no more counters than there are buckets")
    void boundedKeys() {
        Set<String> keys = IntStream.range(0, 10_000)
                .mapToObj(job -> JobDeduplication.keyOf("job-" + job))
                .collect(Collectors.toSet());

        assertThat(keys).hasSize(64);
    }

    private static final class Board implements Jobs {
        private final Queue<String> executed = new ConcurrentLinkedQueue<>();
        private final Map<String, FenceToken> done = new ConcurrentHashMap<>();

        @Override
        public boolean isPending(String jobId) {
            return !done.containsKey(jobId);
        }

        @Override
        public void execute(String jobId, FenceToken fence) {
            Pause.millis(500);
            executed.add(jobId);
            FenceToken unused = done.merge(jobId, fence, (seen, given) -> {
                assertThat(given).isGreaterThanOrEqualTo(seen);
                return given;
            });
        }
    }
}

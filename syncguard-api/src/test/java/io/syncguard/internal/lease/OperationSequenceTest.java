package io.syncguard.internal.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OperationSequenceTest {
    private final OperationSequence sequence = new OperationSequence();
    private final List<String> begun = new ArrayList<>();

    private void begin(String operation) {
        sequence.begin(() -> begun.add(operation));
    }

    @Test
    @DisplayName("an operation begins at once, on the thread that asks for it, if none is under way")
    void beginsAtOnce() {
        begin("a");

        assertThat(begun).containsExactly("a");
    }

    @Test
    @DisplayName(
            "operations begin one at a time in the order they were asked for, each when the one before it has ended")
    void oneAtATime() {
        begin("a");
        begin("b");
        begin("c");
        assertThat(begun).containsExactly("a");

        sequence.end();
        assertThat(begun).containsExactly("a", "b");

        begin("d");
        sequence.end();
        assertThat(begun).containsExactly("a", "b", "c");

        sequence.end();
        sequence.end();
        begin("e");
        assertThat(begun).containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    @DisplayName(
            "tryBegin refuses while an operation is under way or waits, and holds back the next one once it succeeds")
    void tryBegin() {
        assertThat(sequence.tryBegin()).isTrue();
        assertThat(sequence.tryBegin()).isFalse();
        begin("a");
        assertThat(begun).isEmpty();

        sequence.end();
        assertThat(begun).containsExactly("a");
        assertThat(sequence.tryBegin()).isFalse();

        sequence.end();
        assertThat(sequence.tryBegin()).isTrue();
    }

    @Test
    @DisplayName("an operation that ends before its start returns is followed by the next one")
    void endsWithinItsStart() {
        sequence.begin(() -> {
            begun.add("a");
            sequence.end();
        });
        begin("b");

        assertThat(begun).containsExactly("a", "b");
    }

    @Test
    @DisplayName("an operation may ask for another one from within its start, which begins after the ones that wait")
    void asksFromWithin() {
        begin("a");
        sequence.begin(() -> {
            begun.add("b");
            begin("d");
        });
        begin("c");

        sequence.end();
        sequence.end();
        sequence.end();

        assertThat(begun).containsExactly("a", "b", "c", "d");
    }

    @Test
    @DisplayName("a hundred thousand operations that end within their start do not overflow the stack")
    void deepQueue() {
        int count = 100_000;
        AtomicInteger done = new AtomicInteger();
        begin("first");
        for (int i = 0; i < count; i++) {
            sequence.begin(() -> {
                done.incrementAndGet();
                sequence.end();
            });
        }

        sequence.end();

        assertThat(done).hasValue(count);
        assertThat(sequence.tryBegin()).isTrue();
    }

    /** Operations of one thread are numbered, so that their order can be checked whoever else asks in between. */
    private record Asked(int thread, int number) {}

    @Test
    @DisplayName(
            "however many threads begin and end operations, one is under way at a time and each thread's keep their order")
    void underContention() throws InterruptedException {
        int threads = 4;
        int each = 15_000;
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Queue<Asked> begunByAll = new ConcurrentLinkedQueue<>();
        CountDownLatch ended = new CountDownLatch(threads * each);
        ExecutorService answers = Executors.newFixedThreadPool(2);
        List<Thread> callers = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            int name = thread;
            callers.add(new Thread(() -> {
                ThreadLocalRandom random = ThreadLocalRandom.current();
                for (int i = 0; i < each; i++) {
                    Asked asked = new Asked(name, i);
                    boolean elsewhere = random.nextInt(8) == 0;
                    AtomicBoolean over = new AtomicBoolean();
                    Runnable end = () -> {
                        underWay.decrementAndGet();
                        sequence.end();
                        over.set(true);
                        ended.countDown();
                    };
                    sequence.begin(() -> {
                        most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                        begunByAll.add(asked);
                        if (elsewhere) {
                            answers.execute(end);
                        } else {
                            end.run();
                        }
                    });
                    // Every now and then nothing waits: the last operation ends while others are asked for.
                    long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
                    while (random.nextBoolean() && !over.get() && System.nanoTime() - patience < 0) {
                        Thread.onSpinWait();
                    }
                }
            }));
        }
        callers.forEach(Thread::start);
        // Callers that block take part as well: they make their call only if nothing else is under way.
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(50);
        while (ended.getCount() > 0 && System.nanoTime() - deadline < 0) {
            if (sequence.tryBegin()) {
                most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                Thread.onSpinWait();
                underWay.decrementAndGet();
                sequence.end();
            }
        }

        assertThat(ended.await(50, TimeUnit.SECONDS))
                .as("every operation came to its turn")
                .isTrue();
        answers.shutdown();
        assertThat(answers.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(most).as("operations under way at once").hasValue(1);
        assertThat(begunByAll).hasSize(threads * each);
        for (int thread = 0; thread < threads; thread++) {
            int name = thread;
            List<Integer> order = begunByAll.stream()
                    .filter(asked -> asked.thread == name)
                    .map(Asked::number)
                    .toList();
            List<Integer> sorted = new ArrayList<>(order);
            Collections.sort(sorted);
            assertThat(order.equals(sorted)).as("the order of thread " + name).isTrue();
        }
        assertThat(sequence.tryBegin()).as("nothing is under way at the end").isTrue();
    }

    /** Guarded by the sequence alone. */
    private int unguarded;

    @Test
    @DisplayName("operations of several threads that find nothing under way exclude each other, and none is lost")
    void tightRaces() throws InterruptedException {
        int each = 400_000;
        AtomicInteger entered = new AtomicInteger();
        List<Thread> callers = new ArrayList<>();
        for (int thread = 0; thread < 3; thread++) {
            boolean tries = thread > 0;
            callers.add(new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    if (!tries) {
                        entered.incrementAndGet();
                        sequence.begin(() -> {
                            unguarded++;
                            sequence.end();
                        });
                    } else if (sequence.tryBegin()) {
                        entered.incrementAndGet();
                        unguarded++;
                        sequence.end();
                    }
                }
            }));
        }
        callers.forEach(Thread::start);
        for (Thread caller : callers) {
            caller.join();
        }

        assertThat(sequence.tryBegin()).as("nothing is under way at the end").isTrue();
        assertThat(unguarded).isEqualTo(entered.get()).isGreaterThan(each);
    }
}

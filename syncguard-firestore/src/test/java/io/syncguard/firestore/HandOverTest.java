package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.HeldLock;
import io.syncguard.LockOptions;
import io.syncguard.testsupport.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several processes that want one key all the time: no herd, and nobody starves. */
@Timeout(180)
@Tag("alone")
class HandOverTest {
    private static final LockOptions PATIENT =
            LockOptions.defaults().withTimeout(Duration.ofSeconds(60)).withMaxRetries(Integer.MAX_VALUE);

    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final String run = UUID.randomUUID().toString();
    private final FirestoreLockOptions options =
            FirestoreLockOptions.defaults().withCollection("locks-" + run).withOperationTimeout(Duration.ofSeconds(20));
    private final List<Contender> contenders = new ArrayList<>();
    private final AtomicInteger sections = new AtomicInteger();

    @AfterEach
    void close() {
        contenders.forEach(Contender::close);
    }

    private int commits() {
        return contenders.stream().mapToInt(each -> each.wire.commits()).sum();
    }

    @Test
    @DisplayName("WAI-1, WAI-3 of eight that wait about one tries at each release, and each has its turn")
    void noHerd() throws InterruptedException {
        int untilTheyKnowEachOther = 40;
        int counted = 80;
        int[] turns = new int[8];
        AtomicInteger commitsBefore = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < turns.length; i++) {
            contenders.add(new Contender(options));
        }
        for (int i = 0; i < turns.length; i++) {
            int me = i;
            threads.add(new Thread(() -> {
                int section = 0;
                while (section < untilTheyKnowEachOther + counted) {
                    try (HeldLock lock = contenders.get(me).guard.acquire("wanted", PATIENT)) {
                        Pause.millis(20);
                        assertThat(lock.isHeld()).isTrue();
                        section = sections.incrementAndGet();
                        if (section == untilTheyKnowEachOther) {
                            commitsBefore.set(commits());
                        } else if (section > untilTheyKnowEachOther) {
                            turns[me]++;
                        }
                    }
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        int sectionsSince = sections.get() - untilTheyKnowEachOther;
        double commitsEach = (commits() - commitsBefore.get()) / (double) sectionsSince;
        assertThat(commitsEach)
                .as("commits a section: two for the lock, two in the queue, and one of who comes to wait")
                .isLessThan(6.5);
        List<Integer> each = IntStream.of(turns).boxed().toList();
        assertThat(Collections.min(each) / (double) Collections.max(each))
                .as("fewest to most turns: %s", each)
                .isGreaterThan(0.6);
    }

    @Test
    @DisplayName(
            "WAI-3 one that comes straight back, over and over, lets in another that comes, and then they take turns")
    void fastReleaser() throws InterruptedException {
        Contender fast = new Contender(options);
        Contender late = new Contender(options);
        contenders.addAll(List.of(fast, late));
        AtomicInteger fastTurns = new AtomicInteger();
        AtomicInteger lateTurns = new AtomicInteger();
        Thread thread = new Thread(() -> {
            while (lateTurns.get() < 40) {
                fast.guard.run("wanted", PATIENT, () -> {
                    fastTurns.incrementAndGet();
                });
            }
        });
        thread.start();
        while (fastTurns.get() < 30) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        int before = fastTurns.get();
        for (int i = 0; i < 40; i++) {
            late.guard.run("wanted", PATIENT, () -> {
                lateTurns.incrementAndGet();
            });
        }
        thread.join();

        assertThat(fastTurns.get() - before)
                .as("turns of the fast one, to 40 of the other")
                .isLessThan(200);
    }
}

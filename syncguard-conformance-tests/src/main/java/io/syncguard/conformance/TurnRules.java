package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.syncguard.conformance.Rounds.Round;
import io.syncguard.spi.LockBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** That no turn is lost where places come and go at the same time as locks do. */
interface TurnRules extends BackendUnderTest {

    @Test
    @DisplayName("WAI-7 a place that is entered at once after another was left for the same key is called")
    default void enteredAgainAtOnce() {
        LockBackend releasing = Waiting.opened(backend());
        LockBackend waitsIn = Waiting.opened(another());
        for (int round = 0; round < 10; round++) {
            Held held = Held.take(releasing, key());
            Waiting left = Waiting.enter(waitsIn, held.key());
            left.tryInVain();
            left.leave();
            try (Waiting again = Waiting.enter(waitsIn, held.key())) {
                again.tryInVain();
                // What leaving does in the background has been done, sometimes.
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(3L * round));

                held.release(releasing);

                again.takeWhenCalled("WAI-7 a release calls a place that was entered at once after another was left");
            }
        }
    }

    @Test
    @DisplayName("WAI-1, ACQ-4 abandoning an acquire that had landed calls the next waiter, as a release does")
    default void abandoningCalls() {
        LockBackend backend = Waiting.opened(backend());
        LockBackend another = Waiting.opened(another());
        for (LockBackend abandoning : List.of(backend, another)) {
            Held held = Held.take(backend, key());
            try (Waiting waiting = Waiting.stand(another, held.key())) {
                abandoning.abandon(held.key(), held.id(), Held.LONG);

                waiting.takeWhenCalled("WAI-1 abandoning a lock calls the next waiter");
            }
        }
    }

    @Test
    @DisplayName("WAI-7 a turn is passed on as often as places leave without trying")
    default void passedOnTwice() {
        LockBackend releasing = backend();
        Held held = Held.take(releasing, key());
        try (Waiting first = Waiting.stand(Waiting.opened(another()), held.key());
                Waiting second = Waiting.stand(Waiting.opened(another()), held.key());
                Waiting third = Waiting.stand(Waiting.opened(another()), held.key())) {
            held.release(releasing);
            first.awaitCall("WAI-6 a release calls the one that has waited for longest");

            first.leave();
            second.awaitCall("WAI-7 the next is called when the one before it leaves without trying");
            second.leave();

            third.takeWhenCalled("WAI-7 the third is called when two before it have left without trying");
        }
    }

    @Test
    @DisplayName("WAI-7 places that are left at the moment of a release do not keep the turn")
    default void leftDuringTheRelease() throws InterruptedException {
        LockBackend releasing = Waiting.opened(backend());
        LockBackend leavesIn = Waiting.opened(another());
        LockBackend staysIn = Waiting.opened(another());
        Rounds.run(() -> {
            Held held = Held.take(releasing, key());
            List<Waiting> leaving =
                    List.of(standing(leavesIn, held), standing(leavesIn, held), standing(leavesIn, held));
            Waiting staying = standing(staysIn, held);
            List<Callable<Object>> contenders = new ArrayList<>();
            leaving.forEach(each -> contenders.add(() -> left(each)));
            contenders.add(() -> RepeatedCall.answerOf(() -> releasing.release(held.id())));
            return new Round(contenders, results -> {
                try (staying) {
                    staying.takeWhenCalled(
                                    "WAI-7 the next is called when those before it leave at the moment of the release")
                            .release(staysIn);
                }
            });
        });
    }

    private static Waiting standing(LockBackend in, Held held) {
        Waiting waiting = Waiting.enter(in, held.key());
        waiting.tryInVain();
        return waiting;
    }

    private static Waiting left(Waiting waiting) {
        waiting.leave();
        return waiting;
    }

    @Test
    @DisplayName(
            "WAI-6, WAI-7 a place can be left on an interrupted thread, which stays interrupted, and passes its turn on")
    default void leftOnAnInterruptedThread() {
        LockBackend releasing = backend();
        LockBackend firstIn = Waiting.opened(another());
        LockBackend secondIn = Waiting.opened(another());
        for (boolean called : new boolean[] {false, true}) {
            Held held = Held.take(releasing, key());
            Waiting first = Waiting.stand(firstIn, held.key());
            try (Waiting second = Waiting.stand(secondIn, held.key())) {
                if (called) {
                    held.release(releasing);
                    first.awaitCall("WAI-6 a release calls the one that has waited for longest");
                }
                leaveInterrupted(first);
                if (!called) {
                    held.release(releasing);
                }
                second.takeWhenCalled(
                        "WAI-7 the next is called when the one before it was left on an interrupted thread");
            }
        }
    }

    private static void leaveInterrupted(Waiting waiting) {
        boolean flag;
        Throwable thrown;

        Thread.currentThread().interrupt();
        try {
            thrown = catchThrowable(waiting::leave);
        } finally {
            flag = Thread.interrupted();
        }

        assertThat(thrown)
                .as("WAI-6 what leaving a place on an interrupted thread throws")
                .isNull();
        assertThat(flag).as("WAI-6 the interrupt flag after a place was left").isTrue();
    }

    @Test
    @DisplayName("WAI-7 a turn that comes while its place is being served is neither lost nor kept")
    default void crowdIsServed() throws InterruptedException {
        LockBackend one = Waiting.opened(backend());
        LockBackend two = Waiting.opened(another());
        LockBackend three = Waiting.opened(another());
        AtomicInteger served = new AtomicInteger();
        Rounds.run(() -> {
            // A turn that one of several loses may come back by the release of another. One that is alone has it once.
            List<Callable<Object>> contenders = new ArrayList<>();
            for (List<LockBackend> waiters : List.of(List.of(two, three), List.of(two), List.of(three))) {
                Held held = Held.take(one, key());
                for (LockBackend in : waiters) {
                    Waiting waiting = Waiting.enter(in, held.key());
                    contenders.add(() -> serve(waiting, in, served));
                }
                contenders.add(() -> RepeatedCall.answerOf(() -> one.release(held.id())));
            }
            return new Round(contenders, results -> {});
        });

        assertThat(served).as("WAI-7 waiters that were served").hasPositiveValue();
    }

    private static Object serve(Waiting waiting, LockBackend in, AtomicInteger served) {
        try (waiting) {
            waiting.taken()
                    .orElseGet(() ->
                            waiting.takeWhenCalled("WAI-7 each that arrives at the moment of a release is called"))
                    .release(in);
        }
        served.incrementAndGet();
        return waiting;
    }
}

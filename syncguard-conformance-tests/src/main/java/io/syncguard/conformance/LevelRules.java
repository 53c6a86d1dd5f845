package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.spi.LockBackend;
import io.syncguard.spi.WakeUps;
import io.syncguard.spi.WakeUps.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** That a release calls whom the wake-ups say that it does. */
interface LevelRules extends BackendUnderTest {
    /** How many wait for a key, each in a backend of its own. */
    int CROWD = 3;

    /** How many calls of others there can be while each of the crowd has its turn. */
    int CALLS_OF_OTHERS = CROWD * (CROWD - 1) / 2;

    /** How many of them may come by chance, because a backend has just begun to listen or was slow. */
    int MOST_NEEDLESS = CALLS_OF_OTHERS / 3;

    /** How often the crowd is served, until once there are so few needless calls. */
    int MOST_ROUNDS = 5;

    /** How often it is served so slowly that nothing can be said, before the check is given up. */
    int MOST_SLOW_ROUNDS = 5;

    /** Where who is called takes longer to acquire the lock, the next one may be called for good reason: it is not kept waiting for ever. */
    Duration IN_TIME = Duration.ofMillis(100);

    /** A call of another would come at about the same time as the one that has come. */
    Duration QUIET = Duration.ofMillis(50);

    @Test
    @DisplayName("WAI-8 a release calls one of those that wait, or all, as the level of the wake-ups says")
    default void levelIsKept() {
        if (levelOf(Waiting.wakeUps(backend())) == Level.TURNS) {
            othersAreNotCalled();
        } else {
            everybodyIsCalled();
        }
    }

    private static Level levelOf(WakeUps wakeUps) {
        Level level = wakeUps.level();
        assertThat(level).as("WAI-8 the level of the wake-ups").isNotNull();
        return level;
    }

    private List<LockBackend> crowd() {
        List<LockBackend> crowd = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            crowd.add(Waiting.opened(another()));
        }
        return crowd;
    }

    private void othersAreNotCalled() {
        List<LockBackend> crowd = crowd();
        int rounds = 0;
        int slow = 0;
        CallsOfOthers calls;
        do {
            calls = serve(crowd);
            if (calls.needless() > MOST_NEEDLESS) {
                rounds++;
            } else if (calls.provesLittle()) {
                slow++;
            }
            Assumptions.assumeTrue(
                    slow < MOST_SLOW_ROUNDS,
                    "WAI-8 could not be checked: machine or server took more than " + IN_TIME.toMillis()
                            + " ms from a release to the acquire of who was called, " + slow + " times");
        } while (rounds < MOST_ROUNDS && (calls.needless() > MOST_NEEDLESS || calls.provesLittle()));
        assertThat(calls.needless())
                .as(
                        "WAI-8 calls of those whose turn it is not, of %s possible ones (where a release calls everybody, the level is %s)",
                        CALLS_OF_OTHERS, Level.BROADCAST)
                .isLessThanOrEqualTo(MOST_NEEDLESS);
    }

    /**
     * How often somebody was called whose turn it was not, while a crowd was served.
     *
     * @param needless at once, or though the one whose turn it was acquired the lock in time
     * @param late otherwise
     */
    record CallsOfOthers(int needless, int late) {
        boolean provesLittle() {
            return needless <= MOST_NEEDLESS && needless + late > MOST_NEEDLESS;
        }
    }

    private CallsOfOthers serve(List<LockBackend> crowd) {
        LockBackend holder = backend();
        Held held = Held.take(holder, key());
        List<Waiting> waiting = new ArrayList<>();
        int needless = 0;
        int late = 0;
        try {
            crowd.forEach(each -> waiting.add(Waiting.stand(each, held.key())));
            Held last = held;
            boolean inTime = true;
            for (int turn = 0; turn < CROWD; turn++) {
                boolean inTimeBefore = inTime;
                long released = System.nanoTime();
                last.release(holder);
                Waiting first = waiting.get(turn);
                last = first.takeWhenCalled("WAI-8 a release calls the one that has waited for longest");
                inTime = System.nanoTime() - released < IN_TIME.toNanos();
                holder = crowd.get(turn);
                for (Waiting other : waiting.subList(turn + 1, CROWD)) {
                    if (other.isCalledWithin(QUIET)) {
                        long nanos = other.calledNanos() - released;
                        // A call of the turn before may be seen only now.
                        if (nanos < 0 ? inTimeBefore : inTime || nanos < IN_TIME.toNanos()) {
                            needless++;
                        } else {
                            late++;
                        }
                        other.tryInVain();
                    }
                }
                first.leave();
            }
            last.release(holder);
        } finally {
            waiting.forEach(Waiting::leave);
        }
        return new CallsOfOthers(needless, late);
    }

    private void everybodyIsCalled() {
        List<LockBackend> crowd = crowd();
        LockBackend holder = backend();
        Held held = Held.take(holder, key());
        List<Waiting> waiting = new ArrayList<>();
        try {
            crowd.forEach(each -> waiting.add(Waiting.stand(each, held.key())));
            Held last = held;
            for (int turn = 0; turn < CROWD; turn++) {
                last.release(holder);
                for (Waiting each : waiting.subList(turn, CROWD)) {
                    each.awaitCall("WAI-8 a broadcast calls everybody that waits, before any other has tried or left");
                }
                // It keeps its place, and nobody is to depend on that.
                last = waiting.get(turn).takeWhenCalled("WAI-8 a broadcast calls everybody that waits");
                holder = crowd.get(turn);
                waiting.subList(turn + 1, CROWD).forEach(Waiting::tryInVain);
            }
            last.release(holder);
        } finally {
            waiting.forEach(Waiting::leave);
        }
    }

    @Test
    @DisplayName("WAI-8 the wake-ups tell the same level at each call, also after the close")
    default void levelStays() {
        LockBackend closing = another();
        WakeUps wakeUps = Waiting.wakeUps(closing);
        Level level = levelOf(wakeUps);

        assertThat(levelOf(Waiting.wakeUps(backend())))
                .as("WAI-8 the level of another backend of the kind")
                .isEqualTo(level);
        closing.close();
        assertThat(levelOf(wakeUps)).as("WAI-8 the level after the close").isEqualTo(level);
    }
}

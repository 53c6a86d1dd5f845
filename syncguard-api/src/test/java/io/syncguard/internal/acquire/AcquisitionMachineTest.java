package io.syncguard.internal.acquire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.LockOptions;
import io.syncguard.internal.acquire.AcquisitionMachine.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every step of an acquisition, without a thread and without a clock: a test says what time it is. */
class AcquisitionMachineTest {
    /** A clock of nanoseconds may start anywhere and overflow. */
    private static final long BEGUN = Long.MAX_VALUE - TimeUnit.MILLISECONDS.toNanos(1_500);

    private static final long NOT_KNOWN = -1;
    private static final LockOptions OPTIONS =
            LockOptions.defaults().withTimeout(Duration.ofSeconds(5)).withMaxRetries(10);
    private static final boolean FIRST = true;
    private static final boolean BEHIND = false;

    /** The time since the acquisition began. */
    private long millis;

    private static long nanos(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private long now() {
        return BEGUN + nanos(millis);
    }

    /** Returns a machine whose pauses are as short as they may be: 50 ms at first, 500 ms at last. */
    private static AcquisitionMachine machine(LockOptions options, boolean queues) {
        return new AcquisitionMachine(new WaitBudget(options, BEGUN), new Backoff(bound -> 0), queues);
    }

    private Step contended(AcquisitionMachine machine) {
        return machine.contended(now(), NOT_KNOWN, 0);
    }

    /** Lets the wait of a machine end, with nothing that wakes it, and returns the step that follows. */
    private Step elapsed(AcquisitionMachine machine, boolean first) {
        millis += waitMillis(machine);
        return machine.elapsed(now(), first, 0);
    }

    private static long waitMillis(AcquisitionMachine machine) {
        return TimeUnit.NANOSECONDS.toMillis(machine.waitNanos());
    }

    /** Returns a machine that has just joined the queue because its first attempt was in vain. */
    private AcquisitionMachine inQueue(LockOptions options) {
        AcquisitionMachine machine = machine(options, true);
        assertThat(machine.begin(false)).isEqualTo(Step.TRY);
        assertThat(contended(machine)).isEqualTo(Step.JOIN_QUEUE);
        return machine;
    }

    /** Returns a machine that is the first in its queue and has tried in vain there. */
    private AcquisitionMachine waitingAsFirst(LockOptions options) {
        AcquisitionMachine machine = inQueue(options);
        assertThat(machine.woken(now(), FIRST, 0)).isEqualTo(Step.TRY);
        assertThat(contended(machine)).isEqualTo(Step.WAIT);
        return machine;
    }

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false"})
    @DisplayName("WAI-3 an acquisition begins with an attempt, unless others wait and the backend wakes them")
    void beginsWithAnAttempt(boolean queues, boolean othersFirst) {
        assertThat(machine(OPTIONS, queues).begin(othersFirst)).isEqualTo(Step.TRY);
    }

    @Test
    @DisplayName("WAI-3 a new caller joins the queue without an attempt while others wait")
    void joinsBehindOthers() {
        assertThat(machine(OPTIONS, true).begin(true)).isEqualTo(Step.JOIN_QUEUE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("a timeout of zero is one attempt, also while others wait")
    void timeoutZero(boolean queues) {
        AcquisitionMachine machine = machine(OPTIONS.withTimeout(Duration.ZERO), queues);

        assertThat(machine.begin(true)).isEqualTo(Step.TRY);
        assertThat(contended(machine)).isEqualTo(Step.GIVE_UP);
        assertThat(machine.reason()).contains("one attempt");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("no retries are one attempt, also while others wait")
    void noRetries(boolean queues) {
        AcquisitionMachine machine = machine(OPTIONS.withMaxRetries(0), queues);

        assertThat(machine.begin(true)).isEqualTo(Step.TRY);
        assertThat(contended(machine)).isEqualTo(Step.GIVE_UP);
        assertThat(machine.reason()).contains("one attempt");
    }

    @Test
    @DisplayName("without wake-ups each attempt follows a pause that doubles up to a second, by half of it at random")
    void backsOff() {
        assertThat(pausesMillis(new Backoff(bound -> 0))).containsExactly(50L, 100L, 200L, 400L, 500L, 500L, 500L);
        assertThat(pausesMillis(new Backoff(bound -> bound - 1)))
                .containsExactly(100L, 200L, 400L, 800L, 1_000L, 1_000L, 1_000L);
    }

    private List<Long> pausesMillis(Backoff backoff) {
        millis = 0;
        AcquisitionMachine machine = new AcquisitionMachine(
                new WaitBudget(OPTIONS.withTimeout(Duration.ofMinutes(1)), BEGUN), backoff, false);
        List<Long> pauses = new ArrayList<>();
        Step step = machine.begin(false);
        while (pauses.size() < 7) {
            assertThat(step).isEqualTo(Step.TRY);
            assertThat(contended(machine)).isEqualTo(Step.WAIT);
            pauses.add(waitMillis(machine));
            step = elapsed(machine, BEHIND);
        }
        return pauses;
    }

    @Test
    @DisplayName(
            "without wake-ups it gives up after as many retries as were allowed, and says how many attempts it made")
    void retriesRunOut() {
        AcquisitionMachine machine = machine(OPTIONS.withMaxRetries(2), false);
        int attempts = 1;
        assertThat(machine.begin(false)).isEqualTo(Step.TRY);
        while (contended(machine) == Step.WAIT) {
            assertThat(elapsed(machine, BEHIND)).isEqualTo(Step.TRY);
            attempts++;
        }

        assertThat(attempts).isEqualTo(3);
        assertThat(machine.reason()).contains("each of 3 attempts");
    }

    @Test
    @DisplayName("the last pause ends with the timeout, one last attempt follows, and then it gives up")
    void lastAttempt() {
        AcquisitionMachine machine = machine(OPTIONS.withTimeout(Duration.ofMillis(120)), false);
        machine.begin(false);
        assertThat(contended(machine)).isEqualTo(Step.WAIT);
        assertThat(waitMillis(machine)).isEqualTo(50);
        assertThat(elapsed(machine, BEHIND)).isEqualTo(Step.TRY);
        millis += 10;

        assertThat(contended(machine)).isEqualTo(Step.WAIT);
        assertThat(waitMillis(machine)).as("what is left").isEqualTo(60);
        assertThat(elapsed(machine, BEHIND)).as("the last attempt").isEqualTo(Step.TRY);
        assertThat(contended(machine)).isEqualTo(Step.GIVE_UP);
        assertThat(machine.reason()).contains("the whole timeout of PT0.12S");
        assertThat(machine.waited(now())).isEqualTo(Duration.ofMillis(120));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("a pause ends just after the holder's lock, if that is known and comes first")
    void freeInCutsThePause(boolean queues) {
        AcquisitionMachine machine = queues ? inQueue(OPTIONS) : machine(OPTIONS, false);
        if (queues) {
            assertThat(machine.woken(now(), FIRST, 0)).isEqualTo(Step.TRY);
        }

        assertThat(machine.contended(now(), nanos(20), 0)).isEqualTo(Step.WAIT);
        assertThat(machine.waitNanos()).isEqualTo(nanos(20) + 1);
        assertThat(elapsed(machine, FIRST)).isEqualTo(Step.TRY);
        assertThat(machine.contended(now(), nanos(70_000), 0)).isEqualTo(Step.WAIT);
        assertThat(waitMillis(machine)).as("the pause comes first").isEqualTo(100);
        assertThat(elapsed(machine, FIRST)).isEqualTo(Step.TRY);
        assertThat(machine.contended(now(), 0, 0)).isEqualTo(Step.WAIT);
        assertThat(machine.waitNanos()).as("it is free already").isEqualTo(1);
    }

    @Test
    @DisplayName("WAI-2 an attempt in vain leads to the queue, where only the first waiter tries")
    void behindOthersItOnlyWaits() {
        AcquisitionMachine machine = inQueue(OPTIONS);
        millis = 1_000;

        assertThat(machine.woken(now(), BEHIND, 0)).isEqualTo(Step.WAIT);
        assertThat(waitMillis(machine)).as("until the timeout").isEqualTo(4_000);
        millis = 2_000;
        assertThat(machine.woken(now(), BEHIND, 0)).isEqualTo(Step.WAIT);
        assertThat(waitMillis(machine)).isEqualTo(3_000);
        assertThat(machine.woken(now(), FIRST, 0)).isEqualTo(Step.TRY);
    }

    @Test
    @DisplayName("WAI-2 a waiter that never became the first gives up at the timeout and does not try")
    void timeOverBehindOthers() {
        AcquisitionMachine machine = inQueue(OPTIONS);
        assertThat(machine.woken(now(), BEHIND, 0)).isEqualTo(Step.WAIT);

        assertThat(elapsed(machine, BEHIND)).isEqualTo(Step.GIVE_UP);
        assertThat(machine.reason()).contains("the whole timeout of PT5S");
        assertThat(millis).isEqualTo(5_000);
    }

    @Test
    @DisplayName("WAI-2 a waiter that becomes the first at the end of its timeout makes its last attempt")
    void firstAtTheEnd() {
        AcquisitionMachine machine = inQueue(OPTIONS);
        assertThat(machine.woken(now(), BEHIND, 0)).isEqualTo(Step.WAIT);

        assertThat(elapsed(machine, FIRST)).isEqualTo(Step.TRY);
        assertThat(contended(machine)).isEqualTo(Step.GIVE_UP);
    }

    @Test
    @DisplayName("WAI-1 attempts that wake-ups ask for count as no retry, however many they are")
    void wakeUpsAreFree() {
        AcquisitionMachine machine = waitingAsFirst(OPTIONS.withMaxRetries(1));

        for (int i = 0; i < 1_000; i++) {
            millis++;
            assertThat(machine.woken(now(), FIRST, 0)).isEqualTo(Step.TRY);
            assertThat(contended(machine)).isEqualTo(Step.WAIT);
            assertThat(waitMillis(machine)).as("the pause does not grow by it").isEqualTo(50);
        }
    }

    @Test
    @DisplayName("WAI-1 the first waiter tries by itself after growing pauses, each of which counts as a retry")
    void fallback() {
        AcquisitionMachine machine = waitingAsFirst(OPTIONS.withMaxRetries(3));
        assertThat(waitMillis(machine)).isEqualTo(50);

        assertThat(elapsed(machine, FIRST)).isEqualTo(Step.TRY);
        assertThat(contended(machine)).isEqualTo(Step.WAIT);
        assertThat(waitMillis(machine)).isEqualTo(100);
        assertThat(elapsed(machine, FIRST)).isEqualTo(Step.TRY);
        assertThat(contended(machine)).isEqualTo(Step.WAIT);

        assertThat(elapsed(machine, FIRST))
                .as("joining the queue was the first of three retries")
                .isEqualTo(Step.GIVE_UP);
        assertThat(machine.reason()).contains("each of 4 attempts");
    }

    @Test
    @DisplayName("WAI-3 it holds back as long as the backend says, which counts as no retry")
    void holdsBack() {
        AcquisitionMachine machine = inQueue(OPTIONS.withMaxRetries(1));
        assertThat(machine.woken(now(), FIRST, 0)).isEqualTo(Step.TRY);

        for (int i = 0; i < 5; i++) {
            assertThat(machine.contended(now(), nanos(1), nanos(30))).isEqualTo(Step.WAIT);
            assertThat(waitMillis(machine)).isEqualTo(30);
            assertThat(elapsed(machine, FIRST)).isEqualTo(Step.TRY);
        }
        millis = 4_990;
        assertThat(machine.contended(now(), NOT_KNOWN, nanos(30))).isEqualTo(Step.WAIT);
        assertThat(waitMillis(machine)).as("what is left of the timeout").isEqualTo(10);
    }

    @Test
    @DisplayName("WAI-3 it stands aside once, for as long as the backend says, which counts as no retry")
    void standsAside() {
        AcquisitionMachine machine = machine(OPTIONS.withMaxRetries(1), true);
        assertThat(machine.begin(true)).isEqualTo(Step.JOIN_QUEUE);
        assertThat(machine.mayStandAside()).isTrue();

        assertThat(machine.woken(now(), FIRST, nanos(7))).isEqualTo(Step.WAIT);
        assertThat(waitMillis(machine)).isEqualTo(7);
        assertThat(machine.mayStandAside()).isFalse();
        assertThat(elapsed(machine, FIRST)).isEqualTo(Step.TRY);
        assertThat(contended(machine)).isEqualTo(Step.WAIT);
        assertThat(machine.woken(now(), FIRST, nanos(7))).as("not twice").isEqualTo(Step.TRY);
    }

    @Test
    @DisplayName("WAI-3 a wake-up ends standing aside")
    void wokenWhileStandingAside() {
        AcquisitionMachine machine = inQueue(OPTIONS);
        assertThat(machine.woken(now(), FIRST, nanos(7))).isEqualTo(Step.WAIT);
        millis++;

        assertThat(machine.woken(now(), FIRST, 0)).isEqualTo(Step.TRY);
    }

    @Test
    @DisplayName("WAI-3 a waiter stands aside when it becomes the first, not while it is behind others")
    void standsAsideAsTheFirst() {
        AcquisitionMachine machine = inQueue(OPTIONS);

        assertThat(machine.woken(now(), BEHIND, 0)).isEqualTo(Step.WAIT);
        assertThat(machine.mayStandAside()).isTrue();
        assertThat(machine.woken(now(), FIRST, nanos(9))).isEqualTo(Step.WAIT);
        assertThat(waitMillis(machine)).isEqualTo(9);
    }

    @Test
    @DisplayName("WAI-3 standing aside ends with the timeout, and the last attempt follows")
    void standsAsideUntilTheTimeout() {
        AcquisitionMachine machine = inQueue(OPTIONS);
        millis = 4_997;

        assertThat(machine.woken(now(), FIRST, nanos(400))).isEqualTo(Step.WAIT);
        assertThat(waitMillis(machine)).isEqualTo(3);
        assertThat(elapsed(machine, FIRST)).isEqualTo(Step.TRY);
        assertThat(contended(machine)).isEqualTo(Step.GIVE_UP);
    }

    @Test
    @DisplayName("WAI-3 a waiter for which an attempt was made stands aside no more")
    void triedForIt() {
        AcquisitionMachine machine = inQueue(OPTIONS);
        assertThat(machine.woken(now(), BEHIND, 0)).isEqualTo(Step.WAIT);

        machine.triedForIt();

        assertThat(machine.mayStandAside()).isFalse();
        assertThat(contended(machine)).isEqualTo(Step.WAIT);
        assertThat(machine.woken(now(), FIRST, nanos(400))).isEqualTo(Step.TRY);
    }

    @Test
    @DisplayName("a machine that has not given up has no reason to give")
    void noReason() {
        assertThatThrownBy(machine(OPTIONS, true)::reason).isInstanceOf(NullPointerException.class);
    }
}

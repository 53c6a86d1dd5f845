package io.syncguard.conformance;

import java.util.Locale;

/** Rules of an acquire that an attempt in a place keeps as well. */
enum AttemptRule {
    ACQ_1_WRITES_LOCK_AND_INDEX(InPlaces::writesLockAndIndex),
    ACQ_1_EXCLUDES_OTHERS(InPlaces::excludesOthers),
    ACQ_1_ONE_HOLDER_AT_A_TIME(InPlaces::oneHolderAtATime),
    ACQ_1_ONE_WINNER(InPlaces::oneWinner),
    ACQ_2_CONTENTION_IS_A_VALUE(InPlaces::contentionIsAValue),
    ACQ_2_CONTENTION_TELLS_THE_END(InPlaces::contentionTellsTheEnd),
    ACQ_2_CONTENTION_HIDES_THE_HOLDER(InPlaces::contentionHidesTheHolder),
    ACQ_2_CONTENTION_CHANGES_NOTHING(InPlaces::contentionChangesNothing),
    ACQ_3_REPEATING_IS_IDEMPOTENT(InPlaces::repeatingIsIdempotent),
    ACQ_3_REPEATING_LEAVES_ONE_LOCK(InPlaces::repeatingLeavesOneLock),
    ACQ_3_REPEATING_COUNTS_NOTHING(InPlaces::repeatingCountsNothing),
    ACQ_3_ID_IS_FOR_ONE_KEY(InPlaces::idIsForOneKey),
    ACQ_3_AFTER_ITS_EXPIRY(InPlaces::afterItsExpiry),
    ACQ_4_ABANDON_FREES(InPlaces::abandonFrees),
    FEN_1_RISES_ACROSS_RELEASES(InPlaces::risesAcrossReleases),
    FEN_1_BEGINS_WITH_THE_CLOCK(InPlaces::beginsWithTheClock),
    FEN_1_COUNTS_ON_AHEAD_OF_THE_CLOCK(InPlaces::countsOnAheadOfTheClock),
    FEN_1_CLOCK_OVERTAKES(InPlaces::clockOvertakes),
    FEN_1_CONTENTION_COUNTS_NOTHING(InPlaces::contentionCountsNothing),
    FEN_1_FOLLOWS_THE_CLOCK_AFTER_EACH_END(InPlaces::followsTheClockAfterEachEnd),
    FEN_3_EXHAUSTED_COUNTER(InPlaces::exhaustedCounter),
    OPT_1_GIVEN_UP(rules -> rules.givenUp(Operation.ACQUIRE)),
    OPT_3_CLOSED(rules -> rules.closed(Operation.ACQUIRE)),
    ERR_1_NAMES_THE_OPERATION(rules -> rules.namesTheOperation(Operation.ACQUIRE));

    private static final int ID_LENGTH = "ACQ-1".length();

    /** The test of a rule. */
    private interface Test {
        void run(InPlaces rules) throws InterruptedException;
    }

    @SuppressWarnings("ImmutableEnumChecker") // A reference to a method has no state.
    private final Test test;

    AttemptRule(Test test) {
        this.test = test;
    }

    /** Returns the rule's id and what it says, as a test's name has it. */
    @Override
    public String toString() {
        String id = name().substring(0, ID_LENGTH).replace('_', '-');
        return id + name().substring(ID_LENGTH).replace('_', ' ').toLowerCase(Locale.ROOT);
    }

    /** Tests the rule with attempts in places instead of acquires. */
    void check(InPlaces rules) throws InterruptedException {
        test.run(rules);
    }
}

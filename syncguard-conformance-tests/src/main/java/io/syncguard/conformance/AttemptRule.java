package io.syncguard.conformance;

/** Rules of an acquire that an attempt in a place keeps as well. */
enum AttemptRule {
    ACQ_1_WRITES_LOCK_AND_INDEX(Through::writesLockAndIndex),
    ACQ_1_EXCLUDES_OTHERS(Through::excludesOthers),
    ACQ_1_ONE_HOLDER_AT_A_TIME(Through::oneHolderAtATime),
    ACQ_1_ONE_WINNER(Through::oneWinner),
    ACQ_2_CONTENTION_IS_A_VALUE(Through::contentionIsAValue),
    ACQ_2_CONTENTION_TELLS_THE_END(Through::contentionTellsTheEnd),
    ACQ_2_CONTENTION_TELLS_THE_END_AFTER_AN_EXTENSION(Through::contentionTellsTheEndAfterAnExtension),
    ACQ_2_CONTENTION_WITHIN_THE_TOLERANCE(Through::contendedWithinTolerance),
    ACQ_2_CONTENTION_HIDES_THE_HOLDER(Through::contentionHidesTheHolder),
    ACQ_2_CONTENTION_CHANGES_NOTHING(Through::contentionChangesNothing),
    ACQ_3_REPEATING_IS_IDEMPOTENT(Through::repeatingIsIdempotent),
    ACQ_3_REPEATING_KEEPS_AN_EXTENSION(Through::repeatingKeepsAnExtension),
    ACQ_3_REPEATING_LEAVES_ONE_LOCK(Through::repeatingLeavesOneLock),
    ACQ_3_REPEATING_COUNTS_NOTHING(Through::repeatingCountsNothing),
    ACQ_3_ID_IS_FOR_ONE_KEY(Through::idIsForOneKey),
    ACQ_3_AFTER_ITS_EXPIRY(Through::afterItsExpiry),
    ACQ_3_REPEATING_WITHIN_THE_TOLERANCE(Through::repeatedWithinTolerance),
    ACQ_3_SECOND_KEY_WITHIN_THE_TOLERANCE(Through::secondKeyWithinTolerance),
    ACQ_4_AFTER_ABANDONING(Through::acquireAfterAbandoning),
    ACQ_4_ABANDON_FREES(Through::abandonFrees),
    FEN_1_RISES_ACROSS_RELEASES(Through::risesAcrossReleases),
    FEN_1_BEGINS_WITH_THE_CLOCK(Through::beginsWithTheClock),
    FEN_1_COUNTS_ON_AHEAD_OF_THE_CLOCK(Through::countsOnAheadOfTheClock),
    FEN_1_CLOCK_OVERTAKES(Through::clockOvertakes),
    FEN_1_CONTENTION_COUNTS_NOTHING(Through::contentionCountsNothing),
    FEN_1_FOLLOWS_THE_CLOCK_AFTER_EACH_END(Through::followsTheClockAfterEachEnd),
    FEN_1_REFUSED_COUNTS_NOTHING(Through::refusedCountsNothing),
    FEN_3_EXHAUSTED_COUNTER(Through::exhaustedCounter),
    OPT_1_GIVEN_UP(rules -> rules.givenUp(Operation.ACQUIRE)),
    OPT_3_CLOSED(rules -> rules.closed(Operation.ACQUIRE)),
    TIME_6_TTL_TO_THE_MILLISECOND(rules -> rules.everyTtl(1_999)),
    ERR_1_NAMES_THE_OPERATION(rules -> rules.namesTheOperation(Operation.ACQUIRE));

    /** The test of a rule. */
    private interface Test {
        void run(Through rules) throws InterruptedException;
    }

    @SuppressWarnings("ImmutableEnumChecker") // A reference to a method has no state.
    private final Test test;

    AttemptRule(Test test) {
        this.test = test;
    }

    @Override
    public String toString() {
        return RuleName.of(this);
    }

    /** Tests the rule with attempts in places instead of acquires. */
    void check(Through rules) throws InterruptedException {
        test.run(rules);
    }
}

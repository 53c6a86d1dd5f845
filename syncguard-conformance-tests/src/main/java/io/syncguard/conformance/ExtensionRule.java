package io.syncguard.conformance;

/** Rules of an extension that one among others keeps as well, as heartbeats send them. It need not bring the end of a lock nearer. */
enum ExtensionRule {
    EXT_1_REPLACES(Through::replaces),
    EXT_1_KEEPS_THE_REST(Through::keepsTheRest),
    EXT_1_SAVES_WITHIN_THE_TOLERANCE(Through::savesWithinTolerance),
    EXT_1_KEEPS_THE_REST_WITHIN_THE_TOLERANCE(Through::extendedWithinTolerance),
    EXT_1_DOES_NOT_RESURRECT(Through::doesNotResurrect),
    EXT_1_DOES_NOT_UNDO_A_RELEASE(Through::doesNotUndoARelease),
    EXT_1_SPARES_THE_NEXT_HOLDER(Through::sparesTheNextHolder),
    EXT_1_SPARES_THE_NEXT_HOLDER_IN_A_RACE(Through::extensionsSpareTheNextHolder),
    EXT_1_UNKNOWN_ID(Through::extensionOfUnknownIdIsAbsent),
    EXT_2_ANSWERS_THE_NEW_EXPIRY(Through::answersTheNewExpiry),
    TIME_6_TTL_TO_THE_MILLISECOND(rules -> rules.everyTtl(12_345_678_901L)),
    OPT_3_CLOSED(rules -> rules.closed(Operation.EXTEND)),
    ERR_1_NAMES_THE_OPERATION(rules -> rules.namesTheOperation(Operation.EXTEND));

    /** The test of a rule. */
    private interface Test {
        void run(Through rules) throws InterruptedException;
    }

    @SuppressWarnings("ImmutableEnumChecker") // A reference to a method has no state.
    private final Test test;

    ExtensionRule(Test test) {
        this.test = test;
    }

    @Override
    public String toString() {
        return RuleName.of(this);
    }

    /** Tests the rule with extensions that are made together with others. */
    void check(Through rules) throws InterruptedException {
        test.run(rules);
    }
}

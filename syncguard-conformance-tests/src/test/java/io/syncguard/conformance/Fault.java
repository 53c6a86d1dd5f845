package io.syncguard.conformance;

import io.syncguard.LockOperation;
import org.jspecify.annotations.Nullable;

/** Mistakes backend authors make. Each names the rule that must catch it, and words its message must have. */
enum Fault {
    NO_TOLERANCE("TIME-3", "a lock live that expired 500 ms ago"),
    TOLERANCE_IN_IS_LOCKED_ONLY("TIME-3", "RELEASE finds a lock live that expired 500 ms ago"),
    NO_TOLERANCE_IN_ACQUIRE("TIME-3", "ACQUIRE finds a lock live that expired 500 ms ago"),
    TWICE_THE_TOLERANCE("TIME-3", "a lock live that expired 1400 ms ago"),
    NEVER_EXPIRES("TIME-3", "a lock live that expired 1400 ms ago"),
    EXTEND_ADDS("EXT-1", "the time left of a lock extended three times by 90 s"),
    EXTEND_RESURRECTS("EXT-1", "extending a lock that has expired"),
    EXTEND_FORGETS_INDEX("EXT-1", "the id after the first ttl"),
    EXTEND_ANSWERS_OLD_EXPIRY("EXT-2", "later than the first expiry"),
    EXTENSIONS_TOGETHER_MIXED_UP("EXT-1", "a lock extended among others"),
    EXTENSIONS_TOGETHER_STOP_AT_ABSENT("EXT-1", "extending a live lock among others"),
    RELEASE_WITHOUT_OWNER_CHECK("REL-1", "the former holder's release after its lock was taken over"),
    RELEASE_KEEPS_INDEX("REL-1", "REL-1 the second release"),
    RELEASE_BOUND_TO_THREAD("REL-1", "on another thread"),
    COUNTER_ONLY("FEN-1", "the fence after the counter was lost"),
    CLOCK_ONLY("FEN-1", "the fence where the counter is an hour ahead of the clock"),
    CLOCK_REPEATS_WITHIN_ITS_TICK("FEN-1", "the fence of an acquire after a release"),
    CLOCK_IN_OTHER_UNITS("FEN-1", "the first fence of a key, which is the server's clock in units of 10 µs"),
    CLOCK_FOR_NEW_KEYS_ONLY("FEN-1", "the fence of a key whose counter is 3"),
    FENCE_RESETS_AFTER_RELEASE("FEN-4", "the fence after a release"),
    FENCE_RESETS_AFTER_EXPIRY("FEN-4", "the fence after an expiry"),
    FENCE_RESETS_AFTER_ABANDONING("FEN-4", "the fence after an abandoned lock"),
    FENCE_COUNTED_BY_EACH_BACKEND("FEN-1", "the fence that another backend hands out"),
    FENCE_COUNTS_CONTENTION("FEN-1", "the fence after one acquire and five contended attempts"),
    FENCE_SHARED_BY_KEYS("FEN-1", "the fence after other keys were locked"),
    FENCE_CHECKED_AFTER_WRITING("FEN-3", "a lock left behind"),
    ACQUIRE_NOT_IDEMPOTENT("ACQ-3", "a repeated acquire with the same id"),
    REPEATED_ACQUIRE_COUNTS("ACQ-3", "a repeated acquire with the same id"),
    ID_TAKES_MANY_KEYS("ACQ-3", "taking a second key with one id must fail"),
    LOOKUP_BY_KEY_FAILS("LKP-1", "a lookup that the model refuses"),
    LOOKUP_BY_ID_FINDS_NOTHING("LKP-1", "the lock by its id, of a lock that is held, is not found"),
    ACQUIRE_FAILS_IN_A_CROWD("ACQ-1", "one of those that began together failed: "),
    CLOSE_FAILS("OPT-3", "the model does not close"),
    CONTENTION_THROWS("ACQ-2", "what a contended acquire throws"),
    CONTENTION_LEAVES_INDEX("ACQ-2", "what the loser's id holds"),
    CHECK_THEN_ACT("ACQ-1", "winners of a race"),
    OWN_ID_MADE_INSIDE("ID-2", "the holder's id"),
    IDS_WITHOUT_CASE("ID-1", "by the holder's id in another case"),
    ABANDON_DOES_NOTHING("ACQ-4", "the key"),
    IS_LOCKED_DELETES("CHK-1", "isLocked must not delete it"),
    IS_LOCKED_DELETES_COUNTER("FEN-4", "the fence after looks at the free key"),
    IS_LOCKED_COUNTS("CHK-1", "the next fence of a key that was asked about"),
    KEY_NOT_NORMALISED("KEY-2", "isLocked of the decomposed form"),
    KEYS_FOLDED("KEY-5", "two different keys share a lock"),
    LONG_KEYS_CUT("KEY-4", "another long key with the same start"),
    COUNTERS_WITHIN_REACH("KEY-5", "the next fence after keys with reserved names were locked"),
    RELEASE_KEEPS_LOCK("REL-1", "REL-1 the key"),
    NEGATIVE_TIME_LEFT("LKP-3", "the time left within the tolerance"),
    INTERRUPT_IGNORED("OPT-1", "on an interrupted thread must fail"),
    INTERRUPTED_SENDS("OPT-1", "which an interrupted thread must not send"),
    INTERRUPT_FLAG_TAKEN("OPT-1", "the interrupt flag afterwards"),
    CANCEL_IGNORED("OPT-1", "is over once its future was cancelled"),
    CANCEL_WITHOUT_CODE("OPT-1", "the code of a cancelled"),
    CANCELLED_ACQUIRE_LANDS_LATE("ACQ-4", "keys locked after a cancelled ACQUIRE was abandoned"),
    ASYNC_HEEDS_INTERRUPTS("OPT-4", "called on an interrupted thread"),
    ASYNC_THROWS("OPT-4", "must complete its future with what fails, not throw"),
    ASYNC_FAILURE_WRAPPED("OPT-4", "a future that fails with a LockException as it is"),
    CLOSE_IGNORED("OPT-3", "on a closed backend must fail"),
    PING_TAKES_A_LOCK("OPT-7", "a lock on the reserved key after a ping"),
    PING_COUNTS("OPT-7", "the next fence of the reserved key"),
    PING_EXTENDS("OPT-7", "the end of a lock on the reserved key after a ping"),
    PING_IGNORES_CLOSE("OPT-7", "a ping of a closed backend must fail"),
    PING_IGNORES_INTERRUPT("OPT-7", "a ping on an interrupted thread must fail"),
    PING_CANNOT_BE_CANCELLED("OPT-7", "a ping is over once its future was cancelled"),
    CLOSE_LEAVES_THREAD("OPT-3", "the threads a backend started have ended"),
    KEY_IN_MESSAGE("KEY-8", "the text of the failure"),
    WRONG_OPERATION_NAMED("ERR-1", "the operation it names"),
    NEVER_CALLS("WAI-1", "a release calls who waits in the same backend"),
    CALLS_NOBODY_HERE("WAI-1", "a release calls who waits in the same backend"),
    CALLS_NOBODY_ELSEWHERE("WAI-1", "a release calls who waits in another backend"),
    CALLS_ONCE("WAI-1", "however often he came too late"),
    CALLS_THE_LAST("WAI-6", "a release calls the one that has waited for longest"),
    ONE_QUEUE_FOR_ALL_KEYS("WAI-6", "not only who waits for another"),
    PLACE_TAKES_OVER("ACQ-1", "an acquire through the same backend"),
    PLACE_NOT_IDEMPOTENT("ACQ-3", "an attempt in a place with the holder's id"),
    PLACE_COUNTS_CONTENTION("FEN-1", "the fence after one acquire and five contended attempts"),
    PLACE_IGNORES_CLOSE("OPT-3", "an attempt in a place of a closed backend must fail"),
    PLACE_IGNORES_INTERRUPT("OPT-1", "ACQUIRE on an interrupted thread must fail"),
    PLACE_NEVER_ANSWERS_ASYNC("OPT-4", "the future of acquire is not complete"),
    PLACE_CLOSES_ONCE("WAI-6", "what closing a place again throws"),
    ENTER_FAILS_WHEN_CLOSED("WAI-6", "entering must not throw"),
    WAKE_UPS_CHANGE("WAI-6", "how a backend wakes, told again"),
    WAKE_UPS_END_WITH_CLOSE("WAI-6", "how a backend wakes, told after its close"),
    CALLED_PLACE_KEEPS_TURN("WAI-7", "when the one before him leaves without trying"),
    SERVED_PLACE_SWALLOWS_TURN("WAI-7", "one who did not have to wait"),
    CLOSED_PLACE_SWALLOWS_TURN("WAI-7", "when the one before him has left"),
    CLOSED_PLACE_IS_CALLED("WAI-7", "after it was closed"),
    CLOSED_BACKEND_SWALLOWS_TURN("WAI-7", "when the backend of the one before him is closed"),
    FAILED_CALL_FAILS_THE_RELEASE("WAI-7", "a release must not fail by what a call of one who waits throws"),
    HOLD_BACK_NEGATIVE("WAI-3", "to hold back in favour of somebody elsewhere"),
    HOLD_BACK_HUGE("WAI-3", "to hold back in favour of somebody elsewhere"),
    STAND_ASIDE_TOO_LONG("WAI-3", "to stand aside, beside holding back"),
    STAND_ASIDE_WITHOUT_CAUSE("WAI-3", "to stand aside after a release that nobody waited for"),
    HOLD_BACK_WITHOUT_CAUSE("WAI-3", "to hold back from a key nobody has used"),
    CALLS_EVERYBODY("WAI-8", "calls of those whose turn it is not"),
    BROADCAST_CALLS_ONE("WAI-8", "a broadcast calls everybody that waits"),
    LEVEL_CHANGES("WAI-8", "the level after the close"),
    WAITING_LEAVES_THREAD("OPT-3", "the threads of a backend that somebody waited in have ended"),

    FREE_IN_WITHOUT_TOLERANCE("ACQ-2", "how long until the lock becomes free"),
    FREE_AT_WITHOUT_TOLERANCE("ACQ-2", "when the lock becomes free"),
    TOLERANCE_OF_1300_MS("TIME-3", "a look was too late that still found a lock"),
    TOLERANCE_OF_700_MS("TIME-3", "from before the acquire to freedom"),
    RELEASE_READS_THEN_DELETES("REL-1", "the next holder after repeated releases of the lock before"),
    RELEASE_READS_THEN_ANSWERS("REL-1", "releases of one lock that succeeded"),
    EXTEND_READS_THEN_WRITES("EXT-1", "a lock that was released is not extended any more"),
    EXTEND_READS_THEN_SETS_EXPIRY("EXT-1", "the next holder's expiry after extensions of the lock before"),
    CHECK_THEN_ACT_ON_USED_KEYS("ACQ-1", "winners of a race for a key that was used before"),
    CHECK_THEN_ACT_ON_DEAD_LOCKS("ACQ-1", "winners of a race for a lock that has expired"),
    ACQUIRE_READS_ITS_ID_THEN_WRITES("ACQ-3", "an acquire that was sent twice at once"),
    LOOKUP_READS_TWICE("LKP-1", "a lock found by id"),
    CLIENTS_CLOCK("TIME-4", "an expiry that was set after that of another lock"),
    EXTENDED_BY_CLIENTS_CLOCK("TIME-4", "an expiry that was set after that of another lock"),
    TIME_OF_THE_TRANSACTION("TIME-4", "an expiry that was set after that of another lock"),
    DEAD_ID_TOLD_ITS_OLD_ANSWER("FEN-1", "an id that acquires again after its lock has expired"),
    DEAD_ID_TAKES_BACK("ACQ-1", "an acquire by the former holder's id"),
    RELEASED_ID_TOLD_ITS_OLD_FENCE("FEN-1", "an id that acquires again after its release"),
    EXPIRY_COUNTS_WITHOUT_CLOCK("FEN-1", "the fence after an expiry, which is the server's clock"),
    RELEASE_COUNTS_WITHOUT_CLOCK("FEN-1", "the fence after a release, which is the server's clock"),
    ABANDONING_COUNTS_WITHOUT_CLOCK("FEN-1", "the fence after an abandoned lock, which is the server's clock"),
    PLACE_COUNTS_WITHOUT_CLOCK("FEN-1", "which is the server's clock"),
    COUNTER_ENDS_AFTER_EXPIRY("FEN-4", "some seconds after the lock before has ended"),
    COUNTER_ENDS_AFTER_RELEASE("FEN-4", "some seconds after the lock before has ended"),
    KEY_LOGGED("KEY-8", "a raw key was logged"),
    ID_LOGGED("KEY-8", "a raw id was logged"),
    KEY_PRINTED("KEY-8", "a raw key was logged"),
    CLOSED_CALL_UNKNOWN("ERR-1", "on a closed backend may have taken effect"),
    LEAVING_LATER_REMOVES_NEXT_PLACE("WAI-7", "a place that was entered at once after another was left"),
    ABANDONING_CALLS_NOBODY("WAI-1", "abandoning a lock calls the next waiter"),
    TURN_PASSED_ON_ONCE("WAI-7", "the third is called"),
    LEFT_DURING_CALL_SWALLOWS_TURN("WAI-7", "leaves at the moment of the release"),
    LEFT_INTERRUPTED_KEEPS_PLACE("WAI-7", "was left on an interrupted thread"),
    LEAVING_TAKES_INTERRUPT("WAI-6", "the interrupt flag after a place was left"),
    JOINS_AFTER_ANSWER("WAI-7", "each of two that arrive at the moment of a release is called"),
    NO_TIMEOUT("OPT-2", "must end, and has not"),
    TIMEOUT_OF_ANOTHER_CODE("OPT-2", "the code of ACQUIRE without an answer"),
    TIMEOUT_WITH_KNOWN_OUTCOME("ERR-1", "that is said to have changed nothing"),
    BROKEN_AFTER_TIMEOUT("OPT-2", "calls are answered once the network works again"),
    LATE_RELEASE_BY_KEY("REL-1", "the holder after a late RELEASE"),
    LATE_EXTENSION_REVIVES("EXT-1", "the key after a late EXTEND"),
    LATE_EXTENSION_BY_KEY("EXT-1", "the holder's expiry after a late EXTEND"),
    LATE_ACQUIRE_TAKES_OVER("ACQ-4", "the holder after a late ACQUIRE"),
    LATE_ACQUIRE_COUNTS_AS_ANOTHER("ACQ-3", "repeated after its answer was lost"),
    INTERRUPT_WAITS_FOR_ANSWER("OPT-1", "was interrupted while it waited for its answer"),
    INTERRUPT_FLAG_TAKEN_WHILE_WAITING("OPT-1", "the interrupt flag after"),
    CLOSE_LEAVES_CALLS("OPT-3", "waited for its answer when the backend was closed"),
    CLOSE_WAITS_FOR_CALLS("OPT-3", "waited for its answer when the backend was closed"),
    ASYNC_BLOCKS_CALLER("OPT-4", "returned before its answer was there"),
    CUT_FOR_EVER("OPT-2", "calls are answered once the network works again"),
    CUT_RELEASES_LOCKS("OPT-2", "a lock that was held when connections were cut"),
    CUT_ENDS_LISTENING("WAI-1", "after connections were cut a release calls the waiter again"),
    DOWN_CALLS_HANG("OPT-2", "while the server is down must end, and has not"),
    DOWN_OF_ANOTHER_CODE("ERR-1", "the code of ACQUIRE while the server is down"),
    DOWN_FOR_EVER("OPT-2", "calls are answered once the server is back"),
    CUT_CALL_WITH_KNOWN_OUTCOME("ERR-1", "whether nothing was changed by the acquire whose connection was cut"),
    FINDS_FROM_MEMORY("LKP-1", "whether the lookup by id finds nothing, of a lock that the server has lost"),
    EXTENDS_FROM_MEMORY("EXT-1", "whether the extension succeeds, of a lock that the server has lost"),
    RELEASES_FROM_MEMORY("REL-1", "the release, of a lock that the server has lost"),
    RESTART_COUNTS_WITHOUT_CLOCK("FEN-1", "the fence after that of a lock that the server has lost"),
    RESTART_ENDS_LISTENING("WAI-1", "after the server came back a release calls the waiter again"),
    CLOSE_HANGS_WHILE_DOWN("OPT-3", "close() while the server is down must end, and has not"),
    CLOSE_WHILE_DOWN_LEAVES_THREAD("OPT-3", "that was closed while its server was down have ended"),
    DEATH_RELEASES_LOCKS("TIME-3", "from before the acquire of a process that was killed to freedom"),
    DEAD_WAITER_SWALLOWS_TURNS("WAI-7", "calls in vain that a waiter had to wait for"),
    DEAD_WAITER_KEEPS_KEY("WAI-1", "though a process that was killed waits before it"),
    LIVE_BY_CLIENTS_CLOCK("TIME-4", "finds a lock live"),
    TIME_LEFT_BY_CLIENTS_CLOCK("TIME-4", "ms of the time left of a lock"),
    FREE_IN_BY_CLIENTS_CLOCK("TIME-4", "ms of the time until a lock is free"),
    FENCE_BY_CLIENTS_CLOCK("TIME-4", "by how much the fence differs"),
    EXPIRY_BY_WRONG_CLOCK("TIME-4", "by how much the expiry that a client acquires"),
    EXTENSION_BY_WRONG_CLOCK("TIME-4", "by how much the expiry that a client extends to");

    private final String rule;
    private final String words;

    Fault(String rule, String words) {
        this.rule = rule;
        this.words = words;
    }

    /** Returns the rule that the fault breaks. */
    String rule() {
        return rule;
    }

    /** Returns what the failed test's message says, in words a reader understands. */
    String words() {
        return words;
    }

    /** Returns whether a run of the suite finds it only if two things meet, which is nearly every run. */
    boolean isRace() {
        return steps() != null;
    }

    /** Returns the operation of which it is wrong that it is done in several steps; null where that is not the fault. */
    @Nullable
    LockOperation steps() {
        return switch (this) {
            case CHECK_THEN_ACT,
                    CHECK_THEN_ACT_ON_USED_KEYS,
                    CHECK_THEN_ACT_ON_DEAD_LOCKS,
                    ACQUIRE_READS_ITS_ID_THEN_WRITES,
                    JOINS_AFTER_ANSWER,
                    TIME_OF_THE_TRANSACTION -> LockOperation.ACQUIRE;
            case RELEASE_READS_THEN_DELETES, RELEASE_READS_THEN_ANSWERS, LEFT_DURING_CALL_SWALLOWS_TURN ->
                LockOperation.RELEASE;
            case EXTEND_READS_THEN_WRITES, EXTEND_READS_THEN_SETS_EXPIRY -> LockOperation.EXTEND;
            case LOOKUP_READS_TWICE -> LockOperation.LOOKUP;
            default -> null;
        };
    }
}

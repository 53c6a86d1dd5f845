package io.syncguard.bench.gate;

/**
 * What was measured of a target.
 *
 * @param value the number; NaN if it could not be measured
 * @param where at what it was, or why it could not be measured; may be empty
 * @param skipped whether this machine cannot measure it
 */
record Reading(double value, String where, boolean skipped) {
    static Reading of(double value) {
        return new Reading(value, "", false);
    }

    /** Returns a number of several and where it was. */
    static Reading at(double value, String where) {
        return new Reading(value, where, false);
    }

    /** Returns that it cannot be measured here, and why. */
    static Reading skipped(String why) {
        return new Reading(Double.NaN, why, true);
    }

    /** Returns that measuring it failed, and how. */
    static Reading failed(String how) {
        return new Reading(Double.NaN, how, false);
    }

    /** Returns the one of two with the greater number; what is no number is greater than any. */
    Reading greater(Reading other) {
        return Double.compare(other.value, value) > 0 ? other : this;
    }

    /** Returns the one of two with the smaller number; what is no number is smaller than any. */
    Reading smaller(Reading other) {
        if (Double.isNaN(value) || Double.isNaN(other.value)) {
            return Double.isNaN(value) ? this : other;
        }
        return other.value < value ? other : this;
    }
}

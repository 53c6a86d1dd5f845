package io.syncguard.bench.gate;

import com.google.errorprone.annotations.Immutable;
import io.syncguard.bench.report.Numbers;

/**
 * What a number must not be beyond.
 *
 * @param direction on which side of it
 * @param value the number
 */
@Immutable
record Bound(Direction direction, double value) {
    /** On which side of a bound a number has to be. */
    enum Direction {
        AT_LEAST("≥"),
        AT_MOST("≤"),
        BELOW("<");

        private final String sign;

        Direction(String sign) {
            this.sign = sign;
        }
    }

    static Bound atLeast(double value) {
        return new Bound(Direction.AT_LEAST, value);
    }

    static Bound atMost(double value) {
        return new Bound(Direction.AT_MOST, value);
    }

    static Bound below(double value) {
        return new Bound(Direction.BELOW, value);
    }

    /** Returns whether a number is on the right side; NaN never is. */
    boolean isMetBy(double measured) {
        return switch (direction) {
            case AT_LEAST -> measured >= value;
            case AT_MOST -> measured <= value;
            case BELOW -> measured < value;
        };
    }

    @Override
    public String toString() {
        return direction.sign + " " + Numbers.brief(value);
    }
}

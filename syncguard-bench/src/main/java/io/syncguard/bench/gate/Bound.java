package io.syncguard.bench.gate;

import com.google.errorprone.annotations.Immutable;
import io.syncguard.bench.report.Numbers;

/**
 * What a number must not be beyond.
 *
 * @param direction on which side of it
 * @param value the number
 * @param noise which part of it two measurements of the same may differ by
 */
@Immutable
record Bound(Direction direction, double value, double noise) {
    /** What ratios of times differ by from one run to the next. */
    private static final double NOISE_OF_RATIOS = 0.05;

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
        return new Bound(Direction.AT_LEAST, value, 0);
    }

    static Bound atMost(double value) {
        return new Bound(Direction.AT_MOST, value, 0);
    }

    static Bound below(double value) {
        return new Bound(Direction.BELOW, value, 0);
    }

    /** Returns the same bound of a ratio of times, which no run tells exactly. */
    Bound ofTimes() {
        return new Bound(direction, value, NOISE_OF_RATIOS);
    }

    /** Returns whether a number is on the right side; NaN never is. */
    boolean isMetBy(double measured) {
        return isMetBy(measured, value);
    }

    /** Returns whether a number is on the right side, or so near that another run may find it there; NaN never is. */
    boolean isMetWithinNoise(double measured) {
        return isMetBy(measured, direction == Direction.AT_LEAST ? value * (1 - noise) : value * (1 + noise));
    }

    private boolean isMetBy(double measured, double limit) {
        return switch (direction) {
            case AT_LEAST -> measured >= limit;
            case AT_MOST -> measured <= limit;
            case BELOW -> measured < limit;
        };
    }

    @Override
    public String toString() {
        return direction.sign + " " + Numbers.brief(value);
    }
}
